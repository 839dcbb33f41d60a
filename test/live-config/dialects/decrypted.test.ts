/** A content of which the source has decrypted parts. */
import type { JsonValue } from '../../../src/core/json'
import type { DecryptedPart } from '../../../src/core/source'
import type { Document } from '../../../src/live-config/dialects/dialect'
import { readDocument } from '../../../src/live-config/dialects/dialects'
import { atOnce } from '../../../src/runtime/time-slice'

const TEXT =
  '{"features": {"old": {}},\n "encryptedFeatures": "c2VjcmV0", "savedGroups": {"a": []}}'
const PART: DecryptedPart = {
  key: 'features',
  value: { on: { defaultValue: true } },
  from: 'encryptedFeatures',
}

const read = (part: DecryptedPart): Document =>
  atOnce(readDocument({ text: TEXT, format: 'json', decrypted: [part] }))

test('a decrypted part replaces what the text has under its key', () => {
  const { dialect, entries, features } = read(PART)
  expect(dialect).toBe('growthbook')
  expect([...features()].map(({ key, value }) => [key, value])).toEqual([
    ['feature_on', { defaultValue: true }],
  ])
  expect(entries.map(({ key }) => key)).toEqual(['encryptedFeatures', 'savedGroups', 'features'])
})

test('all of a decrypted part is placed where the text has it encrypted', () => {
  const [feature] = read(PART).features()
  expect(feature?.position).toEqual({ line: 2, column: 2 })
  expect(feature?.locate(['defaultValue'])).toEqual({ line: 2, column: 2 })
})

test('a part whose encrypted key is not in the text is placed at the start', () => {
  const [feature] = read({ ...PART, from: 'elsewhere' }).features()
  expect(feature?.position).toEqual({ line: 1, column: 1 })
})

test.each([
  ['{"a": {"defaultValue": 9007199254740993}}', /more digits than a number keeps/],
  ['{"a": {"rules": [{"condition": {"id": {"$in": [9007199254740993]}}}]}}', /more digits/],
  ['{"a": {"defaultValue": 1e400}}', /too large: it would be read as infinity/],
  ['{"a": {"defaultValue": 1}, "a": {"defaultValue": 2}}', /"a" is already on line 1/],
])('what JSON.parse loses of the decrypted %s is a problem at its place', (text, message) => {
  const { problems } = read({ ...PART, value: JSON.parse(text) as JsonValue, text })
  expect(problems).toEqual([
    expect.objectContaining({ line: 2, column: 2, severity: 'error', message: expect.any(String) }),
  ])
  expect(problems[0]?.message).toMatch(/^in the decrypted features: /)
  expect(problems[0]?.message).toMatch(message)
})

test('a decrypted part of which nothing is lost has no problem', () => {
  const text = '{"a": {"defaultValue": 1.5, "b\\n": [9007199254740991]}}'
  expect(read({ ...PART, value: JSON.parse(text) as JsonValue, text }).problems).toEqual([])
})

test('a document that was parsed already is not parsed again, and its places are those of the text', () => {
  const parse = jest.spyOn(JSON, 'parse')
  const document = { feature_a: 'on', feature_b: { gold: true } }
  const text = '{"feature_a": "on",\n "feature_b": {"gold":  true}}'
  const [, second] = atOnce(readDocument({ text, format: 'json', document })).features()
  const calls = parse.mock.calls.length
  parse.mockRestore()
  expect([calls, second?.value]).toEqual([0, { gold: true }])
  expect(second?.locate(['gold'])).toEqual({ line: 2, column: 25 })
})
