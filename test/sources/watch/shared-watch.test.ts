import { DirectoryWatch } from '../../../src/sources/watch/events'
import { SharedWatch } from '../../../src/sources/watch/shared-watch'

const at = (path: string, identity = '1') => ({ path, identity })
const watches: DirectoryWatch[] = []
afterEach(() => {
  for (const watch of watches.splice(0)) watch.close()
})

/** What the one watch under them all was told to watch, each time. */
function shared() {
  const watch = new DirectoryWatch(() => undefined)
  watches.push(watch)
  const watched: string[][] = []
  jest
    .spyOn(watch, 'watchOnly')
    .mockImplementation(
      async (directories) => (
        watched.push(directories.map(({ path, identity }) => `${path} ${identity}`)),
        false
      ),
    )
  return { watch: new SharedWatch(watch), watched }
}

describe('a watch shared by many checks', () => {
  test('is asked anew only for what it does not watch yet, however many want the same', async () => {
    const { watch, watched } = shared()
    await watch.watchOnly([at('/d')])
    for (let i = 0; i < 100; i++) await watch.share().watchOnly([at('/d')])
    expect(watched).toEqual([['/d 1']])
    const share = watch.share()
    for (let i = 0; i < 3; i++) await share.watchOnly([at('/d'), at('/elsewhere')])
    expect(watched).toEqual([['/d 1'], ['/d 1', '/elsewhere 1']])
  })

  test('watches what the last check saw at a path', async () => {
    const { watch, watched } = shared()
    const share = watch.share()
    await watch.watchOnly([at('/d')])
    await share.watchOnly([at('/d', '2')])
    await watch.watchOnly([at('/d', '3')])
    expect(watched).toEqual([['/d 1'], ['/d 2'], ['/d 3']])
  })

  test('lets go at the next check what only one wanted that has ended', async () => {
    const { watch, watched } = shared()
    const share = watch.share()
    await watch.watchOnly([at('/d')])
    await share.watchOnly([at('/elsewhere')])
    share.end()
    await watch.watchOnly([at('/d')])
    expect(watched.at(-1)).toEqual(['/d 1'])
  })
})
