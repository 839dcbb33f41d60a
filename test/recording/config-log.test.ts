import { ConfigLog } from '../../src/recording/config-log'
import type { Batch } from '../../src/recording/store'

const HOUR = 3_600_000
const entry = (revision: string) => ({ revision, config: 'c', text: `text of ${revision}` })

function opened(): { log: ConfigLog; given: Batch[] } {
  const given: Batch[] = []
  return { given, log: new ConfigLog({ put: async (batch) => given.push(batch) > 0 }) }
}

test('the text of an entry is written when it first decides, and again after an hour', () => {
  const { log, given } = opened()
  log.add('a', entry('r1'), 1000)
  log.add('a', entry('r1'), 1000 + HOUR - 1)
  log.add('b', entry('r2'), 2000)
  log.add('a', entry('r1'), 1000 + HOUR)
  expect(given.map(({ configs }) => configs?.[0])).toEqual([
    { revision: 'r1', feature: 'a', text: 'text of r1', at: 1000 },
    { revision: 'r2', feature: 'b', text: 'text of r2', at: 2000 },
    { revision: 'r1', feature: 'a', text: 'text of r1', at: 1000 + HOUR },
  ])
})

test('a text that is known is not even read', () => {
  const { log } = opened()
  let reads = 0
  const counting = {
    revision: 'r1',
    config: 'c',
    get text() {
      reads++
      return 'text'
    },
  }
  for (let i = 0; i < 1000; i++) log.add('a', counting, 1000)
  expect(reads).toBe(1)
})

test('ten thousand revisions are remembered', () => {
  const { log, given } = opened()
  for (let i = 0; i < 10_001; i++) log.add('a', entry(`r${i}`), 1000)
  log.add('a', entry('r10000'), 1000)
  expect(given).toHaveLength(10_001)
  log.add('a', entry('r0'), 1000)
  expect(given).toHaveLength(10_002)
})

test('a text that a full writer did not take is written again after a second, and not at each row', async () => {
  const given: Batch[] = []
  const put = async (batch: Batch): Promise<boolean> => given.push(batch) > 1
  const log = new ConfigLog({ put })
  const addAt = async (at: number): Promise<number> => {
    log.add('a', entry('r1'), at)
    await Promise.resolve()
    return given.length
  }
  expect([await addAt(1000), await addAt(1999), await addAt(2000)]).toEqual([1, 1, 2])
  expect([await addAt(3001), await addAt(2000 + HOUR)]).toEqual([2, 3])
})
