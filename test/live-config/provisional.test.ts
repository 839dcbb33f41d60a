import { openFeatures } from '../../src/index'
import { closeEngines, eventsDelivered } from '../support/engine'
import { QuietSource } from '../support/quiet-source'

afterEach(closeEngines)

/** Contents come one after another; each that begins with `?` may be taken back. */
async function after(contents: readonly string[], maxRemoved = 1) {
  const [first = '', ...rest] = contents
  const source = new QuietSource(first)
  const features = await openFeatures({ source, guards: { maxRemoved } })
  features.on('problem', () => undefined)
  await eventsDelivered()
  const outcomes: unknown[] = []
  for (const content of rest) {
    const isProvisional = content.startsWith('?')
    const text = isProvisional ? content.slice(1) : content
    const how = { format: 'yaml', settled: true, isProvisional } as const
    outcomes.push(await source.sink?.content({ text, hash: text, ...how }))
  }
  const { status, generation } = features.snapshot
  const on = ['a', 'b', 'c'].filter((name) => features.isEnabled(name)).join('')
  await features.close()
  return [on, status, outcomes.join(' '), generation]
}

const A = 'feature_a: on\n'
const B = 'feature_a: off\nfeature_b: on\nfeature_c: on\n'
const BROKEN = 'feature_a: [\n'
const HALF = 'feature_a: {percent_loggedin: oops}\nfeature_c: on\n'

test.each([
  ['is left for the one of before', [A, `?${B}`, A], ['a', 'READY', 'installed installed', 3]],
  ['is left for another', [A, `?${B}`, 'feature_c: on'], ['c', 'READY', 'installed installed', 3]],
  [
    'is left also where the next is refused as a whole',
    [A, `?${B}`, BROKEN],
    ['a', 'STALE', 'installed rejected', 3],
  ],
  [
    'is left for the one that was in force when that of before is refused',
    [A, BROKEN, `?${B}`, BROKEN],
    ['a', 'STALE', 'rejected installed rejected', 4],
  ],
  [
    'is no last good version of an entry',
    ['feature_a: off', HALF, `?${A}`, HALF],
    ['c', 'READY', 'installed installed installed', 4],
  ],
  [
    'holds on to what was there before, as any does',
    [A, `?${HALF}`],
    ['ac', 'READY', 'installed', 2],
  ],
  [
    'that follows another holds on to nothing of that',
    ['feature_a: off', `?${A}`, `?${HALF}`],
    ['c', 'READY', 'installed installed', 3],
  ],
  [
    'that is refused changes nothing for the one of before',
    [A, `?${BROKEN}`, A],
    ['a', 'READY', 'rejected unchanged', 1],
  ],
  [
    'that stays is the last good one, without a change',
    [A, `?${B}`, B],
    ['bc', 'READY', 'installed unchanged', 2],
  ],
  [
    'that stays is what the next is compared with',
    ['feature_a: off', `?${A}`, A, HALF],
    ['ac', 'READY', 'installed unchanged installed', 3],
  ],
])('a text that may be taken back %s', async (_, contents, expected) => {
  expect(await after(contents)).toEqual(expected)
})

test.each([
  ['the way back', [A, `?${B}`, A], ['a', 'READY', 'installed installed']],
  ['the next one', [A, `?${B}`, `?${A}feature_c: on`], ['ac', 'READY', 'installed installed']],
  ['what is too little', [B, `?${B}feature_d: on`, A], ['bc', 'STALE', 'installed rejected']],
])('guards compare %s with what was in force before', async (_, contents, expected) => {
  expect((await after(contents, 0.1)).slice(0, 3)).toEqual(expected)
})
