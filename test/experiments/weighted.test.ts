import { closeEngines, decisionOn, messagesOf } from '../support/engine'

afterEach(closeEngines)

const withVariants = (variants: string): string => `{experiment: {variants: ${variants}}}`
const user = (id: string) => ({ user: { id } })

describe('which variant, of a list', () => {
  /**
   * u2's bucket for salt `variant` in x is 1,443, u1's is 8,444: `printf u2:x:variant | sha256sum`.
   */
  test.each([
    ['[{name: a, weight: 50}, {name: b, weight: 50}]', 'a', 'b'],
    ['[{name: b, weight: 50}, {name: a, weight: 50}]', 'a', 'b'],
    ['[{name: a}, {name: b}, {name: c}]', 'a', 'c'],
    ['[{name: a, weight: 0}, {name: b, weight: 1}]', 'b', 'b'],
    ['[{name: b, weight: 1}, {name: c, weight: 0}]', 'b', 'b'],
    ['[{name: only}]', 'only', 'only'],
    ['[{name: Z}, {name: a}]', 'Z', 'a'],
  ])('%s: %s for one, %s for the other', async (variants, first, second) => {
    expect([
      (await decisionOn(withVariants(variants), user('u2'))).variant,
      (await decisionOn(withVariants(variants), user('u1'))).variant,
    ]).toEqual([first, second])
  })

  test('names sort by code point, as Python sorts them, and not by UTF-16', async () => {
    // U+FF5E is before U+1F600, whose first UTF-16 unit is D83D.
    expect(
      (await decisionOn(withVariants('[{name: "😀"}, {name: "～"}]'), user('u2'))).variant,
    ).toBe('～')
  })
})

describe('what a variant gives', () => {
  test.each([
    ['{name: a, value: red}', { enabled: true, value: 'red' }],
    ['{name: a, value: 0}', { enabled: false, value: 0 }],
    ['{name: a, value: ""}', { enabled: false, value: '' }],
    ['{name: a, value: {x: 1}}', { enabled: true, value: { x: 1 } }],
    ['{name: a, value: null}', { enabled: false, value: null }],
    ['{name: a, value: false}', { enabled: false, value: false }],
    ['{name: a}', { enabled: true, value: undefined }],
    ['{name: control}', { enabled: false, value: undefined }],
    ['{name: control_1}', { enabled: false, value: undefined }],
    ['{name: control, value: red}', { enabled: true, value: 'red' }],
  ])('%s', async (variant, expected) => {
    const { enabled, value } = await decisionOn(withVariants(`[${variant}]`), user('u1'))
    expect({ enabled, value }).toEqual(expected)
  })

  test('an empty list gives the default, and says so', async () => {
    expect(
      await decisionOn('{default: blue, experiment: {variants: []}}', user('u1')),
    ).toMatchObject({ value: 'blue', participation: { outcome: 'no_variants' } })
  })
})

describe('what is refused', () => {
  test.each([
    ['[a]', 'a variant is text; write a mapping with name, weight and value'],
    ['[{weight: 1}]', 'a variant has no name; write a text that is not empty'],
    ['[{name: ""}]', 'a variant has text for its name; write a text that is not empty'],
    ['[{name: 5}]', 'a variant has a number for its name; write a text that is not empty'],
    ['[{name: a, weight: much}]', 'variant a has text for its weight; write a number from 0'],
    ['[{name: a, weight: -1}, {name: b}]', 'variant a weighs -1; a weight is 0 or more'],
    ['[{name: a}, {name: a}]', 'two variants are called a; rename one'],
    [
      '[{name: a, weight: 0}]',
      'all variants weigh 0, so none can be drawn; give at least one a weight',
    ],
    [
      '[{name: a, wieght: 5}]',
      '"wieght" is not a key that experiment.variants.0 knows; did you mean weight?',
    ],
  ])('%s', (variants, message) => {
    expect(messagesOf(withVariants(variants))).toEqual([message])
  })
})

describe('a weight that is too small', () => {
  const tiny = (weights: readonly number[], more = ''): string => {
    const names = ['a', 'b', 'c']
    const list = weights.map((weight, i) => `{name: ${names[i]}, weight: ${weight}}`)
    return `{${more}experiment: {enabled: on, variants: [${list.join(', ')}]}}`
  }
  const TEN_THOUSAND = 'for a bucket of ten thousand, so nobody gets it; raise it, or write 0'
  const MILLION = 'for a point of a million, so nobody gets it; raise it, or write 0'

  test.each<[readonly number[], string, readonly string[]]>([
    [[1, 1], '', []],
    [[1, 0], '', []],
    [[9999, 1], '', []],
    [[20_000, 1], '', [`b weighs 1, which beside the others is too little ${TEN_THOUSAND}`]],
    [
      [20_000, 1e-9, 1e-9],
      '',
      [
        `b weighs 1e-9, which beside the others is too little ${TEN_THOUSAND}`,
        `c weighs 1e-9, which beside the others is too little ${TEN_THOUSAND}`,
      ],
    ],
    [[999_999, 1], 'bucketing: stable, ', []],
    [
      [10_000_000, 1],
      'bucketing: stable, ',
      [`b weighs 1, which beside the others is too little ${MILLION}`],
    ],
  ])('%j %s', (weights, more, expected) => {
    expect(messagesOf(tiny(weights, more))).toEqual(expected.map((one) => `variant ${one}`))
  })
})
