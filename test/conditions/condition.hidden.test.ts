import { checkText } from '../../src'

const rule = (condition: string): string =>
  `feature_a: {default: 1, rules: [{condition: ${condition}, force: 2}]}\n`

describe('a name or text of a condition that is not what it looks like is named', () => {
  test.each<[condition: string, words: string, column: number]>([
    ['{c\u043Euntry: NZ}', 'U+043E, a letter that looks like the Latin o', 46],
    ['{country: "NZ\u200B"}', 'so it is not the same as \\"NZ\\"', 55],
    ['{country: {$eq: "NZ\u00A0"}}', 'U+00A0', 61],
    ['{country: {$ne: "NZ\u00A0"}}', 'U+00A0', 61],
    ['{country: {$in: [AU, "NZ\u00A0"]}}', 'U+00A0', 66],
    ['{country: {$nini: [AU, "NZ\u00A0"]}}', 'U+00A0', 68],
  ])('%s', (condition, words, column) => {
    expect(checkText(rule(condition)).problems).toMatchObject([
      { code: 'hidden-character', severity: 'warning', line: 1, column },
    ])
    expect(JSON.stringify(checkText(rule(condition)).problems)).toContain(words)
  })

  test('in a segment too, whose other ids are good', () => {
    const text =
      'segments:\n  s: [t2_a, "t2_b\u200B"]\n  t: {country: "NZ\u200B"}\nfeature_a: {segments: [s, t]}\n'
    expect(checkText(text)).toMatchObject({
      features: 1,
      problems: [
        { code: 'hidden-character', severity: 'warning', line: 2, column: 13 },
        { code: 'hidden-character', severity: 'warning', line: 3 },
      ],
    })
  })
})

test.each([
  ['{list: {$size: {$gt: two}}}', 'bad-type'],
  ['{list: {$size: {$gt: 2}}}', undefined],
  ['{list: {$size: {$gt: "2"}}}', undefined],
])('%s compares a count: %s', (condition, code) => {
  expect(checkText(rule(condition)).problems.map((problem) => problem.code)).toEqual(
    code === undefined ? [] : [code],
  )
})
