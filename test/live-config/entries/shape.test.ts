import { checkText } from '../../../src'
import { MAX_VALUES } from '../../../src/live-config/entries/shape'

const found = (text: string) =>
  checkText(text).problems.map(({ code, severity, line, column, path }) => [
    code,
    severity,
    `${line}:${column}`,
    path,
  ])

describe('a merge key, which YAML 1.2 does not have,', () => {
  test.each([
    ['in an entry', 'feature_a: {<<: {gold: true}}', '1:13', '<<'],
    ['in a value of an entry', 'feature_a: {default: {<<: {a: 1}, b: 2}}', '1:23', 'default.<<'],
    [
      'in a condition',
      'feature_a: {rules: [{condition: {id: {<<: {$in: [a]}}}, force: 1}]}',
      '1:39',
      'rules.0.condition.id.<<',
    ],
    ['among the segments', 'segments: {<<: {a: [x]}, b: [y]}', '1:12', 'segments.<<'],
    ['in a segment', 'segments: {a: {country: NZ, <<: {b: 1}}}', '1:29', 'segments.a.<<'],
    ['among the saved groups', 'savedGroups: {<<: {a: [x]}}', '1:15', 'savedGroups.<<'],
  ])('is reported where it is: %s', (_where, text, place, path) => {
    expect(found(`${text}\nfeature_z: on\n`)).toContainEqual(['unknown-key', 'error', place, path])
  })

  test('hides no other problem of its entry', () => {
    expect(found('feature_a: {<<: {gold: true}, percent_loggedin: 101}\n')).toEqual([
      ['unknown-key', 'error', '1:13', '<<'],
      ['out-of-range', 'error', '1:49', 'percent_loggedin'],
    ])
  })

  test('is nobody else’s business in a note of the author', () => {
    expect(found('feature_a: {gold: true, x-note: {<<: {a: 1}}}\n')).toEqual([])
  })
})

describe('an entry of too many values', () => {
  test('is refused with the limit, and the others load', () => {
    const users = JSON.stringify(Array.from({ length: MAX_VALUES }, (_, i) => `u${i}`))
    const { features, problems } = checkText(
      `{"feature_a": {"users": ${users}}, "feature_b": "on"}`,
      { format: 'json' },
    )
    expect([features, problems]).toMatchObject([
      1,
      [
        {
          code: 'too-large',
          feature: 'a',
          line: 1,
          message: expect.stringContaining('more than 200000 values'),
        },
      ],
    ])
  })
})
