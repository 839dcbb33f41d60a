import type { AnswerStore } from '../../src/decide/decide'
import { systemClock } from '../../src/runtime/clock'
import { closeDeciders, counting, experiment, openDecider } from '../support/deciding'

afterEach(closeDeciders)
afterEach(() => jest.restoreAllMocks())

/** A store of answers in memory, which may be away or hold rubbish. */
class Answers implements AnswerStore {
  readonly kept = new Map<string, string>()
  asked = 0
  fault: (() => Promise<never>) | undefined

  async get(keys: readonly string[]): Promise<readonly (string | undefined)[]> {
    this.asked++
    if (this.fault) return this.fault()
    return keys.map((key) => this.kept.get(key))
  }

  async keepFirst(key: string, text: string): Promise<string> {
    if (this.fault) return this.fault()
    const first = this.kept.get(key) ?? text
    this.kept.set(key, first)
    return first
  }

  async close(): Promise<void> {
    await Promise.resolve()
  }
}

const TEXT = experiment('a')
const OTHERS = TEXT.replace('name: a', 'name: b')

test('an answer that another process gave is given again under an id of its own, and the store is not asked', async () => {
  const answers = new Answers()
  const first = await openDecider(TEXT, { answers })
  const given = await first.decider.decide('a', 'u1')
  const store = counting(first.store)
  const second = await openDecider(TEXT, { answers, store })
  const again = await second.decider.decide('a', 'u1')
  expect({ ...again, decisionId: '' }).toEqual({ ...given, decisionId: '' })
  expect(again.decisionId).not.toBe(given.decisionId)
  expect(store.calls.admit).toBe(0)
  // From now on its own cache has it.
  await second.decider.decide('a', 'u1')
  expect(answers.asked).toBe(2)
})

test('of two that answer at once the first counts for both', async () => {
  const answers = new Answers()
  const both = await Promise.all([openDecider(TEXT, { answers }), openDecider(TEXT, { answers })])
  const given = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      Promise.all(both.map(({ decider }) => decider.decide('a', `u${i}`))),
    ),
  )
  for (const [one, other] of given) expect(one?.value).toBe(other?.value)
  expect(answers.kept.size).toBe(20)
})

test('an entry that differs, another subject and other attributes are other questions', async () => {
  const answers = new Answers()
  const one = await openDecider(TEXT, { answers })
  const other = await openDecider(OTHERS, { answers })
  await one.decider.decide('a', 'u1')
  expect(await other.decider.decide('a', 'u1')).toMatchObject({ variantId: 'b' })
  await one.decider.decide('a', 'u2')
  await one.decider.decide('a', 'u1', { country: 'NZ' })
  expect(answers.kept.size).toBe(4)
})

test('no attribute and no subject can be read in the store', async () => {
  const answers = new Answers()
  const { decider } = await openDecider(TEXT, { answers })
  await decider.decide('a', 'ann@example.org', { card: '4111' })
  expect(JSON.stringify([...answers.kept])).not.toMatch(/ann|4111/)
})

test.each<[string, () => Promise<never>]>([
  ['fails', () => Promise.reject(new Error('it is away'))],
  ['does not answer', () => new Promise(() => undefined)],
])('a store that %s costs nobody an answer, and is reported', async (_, fault) => {
  const answers = new Answers()
  answers.fault = fault
  const { decider, errors } = await openDecider(TEXT, { answers, timeoutMs: 20 })
  expect(await decider.decide('a', 'u1')).toMatchObject({ variantId: 'a' })
  expect(errors).toMatchObject([{ code: 'LIVEFLAG_STORE_UNAVAILABLE' }])
})

test.each(['', 'rubbish', '[]', '{}', '{"template":{},"origin":{}}', '{"template":{"flag":1}}'])(
  'what holds %j is no answer',
  async (text) => {
    const answers = new Answers()
    const { decider } = await openDecider(TEXT, { answers })
    await decider.decide('a', 'u1')
    const [key = ''] = answers.kept.keys()
    answers.kept.set(key, text)
    const other = await openDecider(TEXT, { answers })
    expect(await other.decider.decide('a', 'u1')).toMatchObject({ variantId: 'a' })
  },
)

test('what may not be kept is not shared', async () => {
  const answers = new Answers()
  const { decider } = await openDecider(TEXT, { answers, cacheTtlSeconds: 0 })
  await decider.decide('a', 'u1')
  expect([answers.asked, answers.kept.size]).toEqual([0, 0])
})

test('a store that does not answer is waited for once a second, not at each question', async () => {
  const now = jest.spyOn(systemClock, 'now').mockReturnValue(0)
  const answers = new Answers()
  answers.fault = () => new Promise(() => undefined)
  const { decider } = await openDecider(TEXT, { answers, timeoutMs: 20 })
  for (const unit of ['u1', 'u2', 'u3']) await decider.decide('a', unit)
  expect(answers.asked).toBe(1)
  now.mockReturnValue(1000)
  await Promise.all(['u4', 'u5'].map((unit) => decider.decide('a', unit)))
  expect(answers.asked).toBe(2)
  answers.fault = undefined
  now.mockReturnValue(2000)
  for (const unit of ['u6', 'u7']) await decider.decide('a', unit)
  expect([answers.asked, answers.kept.size]).toEqual([4, 2])
})
