import { parse } from 'yaml'
import type { JsonValue } from '../../src/core/json'
import { producedBy } from '../../src/export/produced'

const entry = (text: string): JsonValue => parse(text) as JsonValue

test.each<[string, readonly string[], readonly JsonValue[]]>([
  ['on', [], []],
  ['{ admin: true, percent_loggedin: 5 }', [], []],
  ['{ url: { a: red, b: null, c: blue } }', ['blue', 'red'], []],
  ['{ experiment: { variants: { red: 5 } } }', ['control_1', 'control_2', 'red'], []],
  [
    '{ experiment: { variants: [{ name: a, value: 1 }, { name: b, weight: 0 }] }, default: 0 }',
    ['a', 'b'],
    [1, 0],
  ],
  ['{ rules: [{ force: a }] }', [], ['a', null]],
  ['{ default: b, rules: [{ force: a }] }', [], ['a', 'b']],
  [
    '{ default: 0, rules: [{ variations: [1, 2], meta: [{ key: one }] }] }',
    ['1', 'one'],
    [1, 2, 0],
  ],
  [
    '{ default: 0, rules: [{ variations: [1, 2], meta: [{ key: a, passthrough: true }, { key: b }] }] }',
    ['b'],
    [2, 0],
  ],
  [
    '{ default: 0, rules: [{ force: 1, parentConditions: [{ id: x, condition: {}, gate: true }] }] }',
    [],
    [1, null, 0],
  ],
])('an entry %s names %j and returns %j', (text, variants, values) => {
  expect(producedBy(entry(text), { isPayload: false, compat: 'liveflag' })).toMatchObject({
    variants,
    values,
  })
})

test('a feature of a payload has values, also when it writes none', () => {
  const options = { isPayload: true, compat: 'liveflag' } as const
  expect(producedBy({}, options)).toEqual({ variants: [], values: [null] })
  expect(producedBy({ defaultValue: 5 }, options)).toEqual({
    variants: [],
    values: [5],
    declared: 5,
  })
})

test('r2 reads neither rules nor a default', () => {
  const options = { isPayload: false, compat: 'r2' } as const
  expect(producedBy(entry('{ default: 5, rules: [{ force: 6 }] }'), options)).toEqual({
    variants: [],
    values: [],
  })
})
