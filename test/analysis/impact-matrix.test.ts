/** Names of answers, and counts of changes. */
import { answerOf, Changes } from '../../src/analysis/impact-matrix'

test.each<[string, Parameters<typeof answerOf>[0]]>([
  ['on', { enabled: true }],
  ['off', { enabled: false }],
  ['on', { enabled: true, value: true }],
  ['off', { enabled: false, value: false }],
  ['{"a":1}', { enabled: true, value: { a: 1 } }],
  ['null', { enabled: false, value: null }],
  ['big', { enabled: true, variant: 'big' }],
  ['control_1', { enabled: false, variant: 'control_1' }],
  ['control', { enabled: false, variant: 'control' }],
  ['control (on)', { enabled: true, variant: 'control' }],
  ['control_1 (on)', { enabled: true, variant: 'control_1' }],
  ['big (off)', { enabled: false, variant: 'big' }],
  ['big = 3', { enabled: true, variant: 'big', value: 3 }],
  ['variant "on"', { enabled: true, variant: 'on' }],
  ['variant "5"', { enabled: true, variant: '5' }],
  ['5 = 1', { enabled: true, variant: '5', value: 1 }],
  ['big = 0 (on)', { enabled: true, variant: 'big', value: 0 }],
])('an answer is called %s', (name, answer) => {
  expect(answerOf(answer)).toBe(name)
})

test('answers that differ have names that differ, whatever variants are called', () => {
  const names = ['on', 'off', '5', '"on"', 'a', 'a (on)', 'a = 1', 'a = 1 (on)', 'null', 'control']
  const odd = [...names, ...names.map((name) => `variant ${JSON.stringify(name)}`)]
  const values = [undefined, 'on', 'a', 5, 1, null, true, false]
  const answers = [undefined, ...odd].flatMap((variant) =>
    values.flatMap((value) =>
      [true, false].map((enabled) => ({
        enabled,
        ...(variant !== undefined && { variant }),
        ...(value !== undefined && { value }),
      })),
    ),
  )
  // Without a variant the value says whether it is on: rules and defaults have no other answers.
  const given = answers.filter(
    ({ enabled, variant, value }) =>
      variant !== undefined || value === undefined || enabled === Boolean(value),
  )
  const byName = new Map<string, string>()
  for (const { enabled, variant, value } of given) {
    const isSwitch = variant === undefined && value === enabled
    const answer = JSON.stringify({ enabled, variant, value: isSwitch ? undefined : value })
    const name = answerOf({ enabled, variant, value })
    expect([name, byName.get(name) ?? answer]).toEqual([name, answer])
    byName.set(name, answer)
  }
  expect(byName.size).toBeGreaterThan(200)
})

test('off and on come first, then the others by name', () => {
  const changes = new Changes()
  const [off, a, b] = [
    { enabled: false },
    { enabled: true, variant: 'a' },
    { enabled: true, variant: 'b' },
  ]
  changes.add(b, a)
  changes.add(b, b, 2)
  changes.add(off, a)
  expect(changes.matrix()).toEqual({
    size: 4,
    changed: 2,
    answers: ['off', 'on', 'a', 'b'],
    isOn: [false, true, true, true],
    cells: [
      [0, 0, 1, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 1, 2],
    ],
  })
})

test('a share too small to be shown is still somebody', () => {
  const changes = new Changes()
  changes.add({ enabled: false }, { enabled: false }, 1 - 1e-15)
  changes.add({ enabled: false }, { enabled: true }, 1e-15)
  expect(changes.matrix().changed).toBe(0)
  expect(changes.isNobody).toBe(false)
})
