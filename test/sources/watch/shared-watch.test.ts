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
  const armed: string[][] = []
  jest
    .spyOn(watch, 'arm')
    .mockImplementation(
      async (directories) => (
        armed.push(directories.map(({ path, identity }) => `${path} ${identity}`)),
        false
      ),
    )
  return { watch: new SharedWatch(watch), armed }
}

describe('a watch shared by many looks', () => {
  test('is told anew only of what it does not watch yet, however many want the same', async () => {
    const { watch, armed } = shared()
    await watch.arm([at('/d')])
    for (let i = 0; i < 100; i++) await watch.share().arm([at('/d')])
    expect(armed).toEqual([['/d 1']])
    const share = watch.share()
    for (let i = 0; i < 3; i++) await share.arm([at('/d'), at('/elsewhere')])
    expect(armed).toEqual([['/d 1'], ['/d 1', '/elsewhere 1']])
  })

  test('watches what whoever looked last saw at a path', async () => {
    const { watch, armed } = shared()
    const share = watch.share()
    await watch.arm([at('/d')])
    await share.arm([at('/d', '2')])
    await watch.arm([at('/d', '3')])
    expect(armed).toEqual([['/d 1'], ['/d 2'], ['/d 3']])
  })

  test('lets go at the next look what only one wanted that has ended', async () => {
    const { watch, armed } = shared()
    const share = watch.share()
    await watch.arm([at('/d')])
    await share.arm([at('/elsewhere')])
    share.end()
    await watch.arm([at('/d')])
    expect(armed.at(-1)).toEqual(['/d 1'])
  })
})
