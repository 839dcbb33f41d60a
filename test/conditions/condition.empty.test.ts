import { checkText, memory, openFeatures, worldOf } from '../../src'

const rule = (condition: string): string =>
  `feature_a: {default: 1, rules: [{force: 2, condition: ${condition}}]}\n`

test.each([
  ['{$or: []}', '$or is an empty list, which matches everybody', 2],
  ['{$and: []}', '$and is an empty list, which matches everybody', 2],
  ['{$nor: []}', '$nor is an empty list, which matches nobody', 1],
  ['{$not: {}}', '$not is an empty mapping, which matches nobody', 1],
  ['{country: {$in: []}}', '$in is an empty list, which matches nobody', 1],
  ['{country: {$ini: []}}', '$ini is an empty list, which matches nobody', 1],
  ['{country: {$nin: []}}', '$nin is an empty list, which matches everybody', 2],
  ['{country: {$nini: []}}', '$nini is an empty list, which matches everybody', 2],
  ['{country: {}}', 'country is compared with an empty mapping', 1],
  ['{country: []}', 'country is compared with the whole list', 1],
  ['{country: [NZ, AU]}', 'write {$in: ["NZ","AU"]} for any of them', 1],
  ['{$or: [{country: {}}]}', 'country is compared with an empty mapping', 1],
])(
  '%s is a warning that says whom it matches, and the answer stays',
  async (condition, words, value) => {
    expect(checkText(rule(condition)).problems).toMatchObject([
      {
        code: 'empty-condition',
        severity: 'warning',
        line: 1,
        message: expect.stringContaining(words),
      },
    ])
    const features = await openFeatures({ source: memory(rule(condition)) })
    const request = features.for(worldOf({ attributes: { country: 'NZ' } }))
    expect(request.getNumberValue('a', 0)).toBe(value)
    await features.close()
  },
)

test.each(['{country: NZ}', '{country: null}', '{country: {$in: [NZ]}}', '{$not: {country: NZ}}'])(
  '%s is no problem',
  (condition) => {
    expect(checkText(rule(condition)).problems).toEqual([])
  },
)

test('a payload with an empty condition is in force, with a warning', () => {
  const payload = {
    features: { a: { defaultValue: 1, rules: [{ force: 2, condition: { $or: [] } }] } },
  }
  expect(checkText(JSON.stringify(payload), { format: 'json' })).toMatchObject({
    features: 1,
    problems: [{ code: 'empty-condition', severity: 'warning' }],
  })
})

test('a saved group or segment with an empty condition is in force, with a warning', () => {
  const text = `savedGroups: {s: {type: condition, condition: {$or: []}}}\nsegments: {t: {country: {$nin: []}}}\nfeature_a: {segments: [t]}\n`
  const { features, problems } = checkText(text)
  expect(features).toBe(1)
  expect(problems.map(({ code, severity, path }) => [code, severity, path])).toEqual([
    ['empty-condition', 'warning', 'savedGroups.s.$or'],
    ['empty-condition', 'warning', 'segments.t.country.$nin'],
  ])
})
