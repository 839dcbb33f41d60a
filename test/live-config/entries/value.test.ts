import { checkText, type Format } from '../../../src/index'

describe('JSON in a text that is nested too deep is a problem with its place', () => {
  const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`

  test.each<[format: Format, text: string, line: number]>([
    ['yaml', `feature_good: on\nfeature_a: '${nested(50_000)}'\n`, 2],
    ['json', `{"feature_good": "on",\n"feature_a": ${JSON.stringify(nested(50_000))}}`, 2],
    ['ini', `[live_config]\nfeature_good = on\nfeature_a = ${nested(50_000)}\n`, 3],
  ])('in %s', (format, text, line) => {
    const { features, problems } = checkText(text, { format })
    expect(features).toBe(1)
    expect(problems).toMatchObject([{ code: 'too-deep', severity: 'error', feature: 'a', line }])
    expect(problems[0]?.column).toBeGreaterThan(500)
    expect(problems[0]?.message).toMatch(/more than 100 levels deep; flatten it$/)
  })

  test('brackets in a string within it do not count', () => {
    const text = JSON.stringify({ users: ['{'.repeat(200)] })
    expect(checkText(`feature_a: '${text}'`).problems).toEqual([])
  })
})
