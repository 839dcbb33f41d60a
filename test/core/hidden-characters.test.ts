import { asSeen, hiddenCharacter, hiddenInKey } from '../../src/core/hidden-characters'

test.each<[text: string, index: number, description: RegExp, seen: string]>([
  ['feature_a\u00A0', 9, /^U\+00A0, a no-break space$/, 'feature_a'],
  ['\u200Bfeature_a', 0, /^U\+200B, a character of no width$/, 'feature_a'],
  ['\uFEFFfeature_a', 0, /^U\+FEFF, a byte-order mark/, 'feature_a'],
  ['fea\u00ADture_a', 3, /^U\+00AD, a soft hyphen$/, 'feature_a'],
  ['feature_\u202Ea', 8, /^U\+202E, a mark of writing direction$/, 'feature_a'],
  ['feature_a\u3000', 9, /^U\+3000, an unusual space$/, 'feature_a'],
  ['feature_a\u0007', 9, /^U\+0007, a control character$/, 'feature_a'],
  ['f\u0435ature_a', 1, /^U\+0435, a letter that looks like the Latin e$/, 'feature_a'],
  ['feature_\u0391', 8, /^U\+0391, a letter that looks like the Latin a$/, 'feature_a'],
  ['\u201Cgary\u201D', 0, /^U\+201C, a typographic quote$/, 'gary'],
  ['gary\u2019', 4, /^U\+2019, a typographic quote$/, 'gary'],
  ['feature_b\uFE0F', 9, /^U\+FE0F, a variation selector$/, 'feature_b'],
  ['feature_\u3164b', 8, /^U\+3164, a character that is not shown$/, 'feature_b'],
  ['feature_b\u{E0061}', 9, /^U\+E0061, a character that is not shown$/, 'feature_b'],
  ['feature_\u2800b', 8, /^U\+2800, an unusual space$/, 'feature_b'],
  ['\uFF46eature_b', 0, /^U\+FF46, a letter that looks like the Latin f$/, 'feature_b'],
  ['feature_\u{1D41B}', 8, /^U\+1D41B, a letter that looks like the Latin b$/, 'feature_b'],
  ['feature_cafe\u0301', 12, /^U\+0301, a part of a letter as/, 'feature_café'],
])('%j has at %d: %s; it looks like %s', (text, index, description, seen) => {
  expect(hiddenCharacter(text)).toEqual({
    index,
    description: expect.stringMatching(description) as string,
  })
  expect(asSeen(text)).toBe(seen)
})

test.each([
  'gary',
  '',
  'naïve',
  'Österreich',
  'тест',
  'Ελλάδα',
  '日本語',
  'a😀',
  'a❤\uFE0F',
  'café',
  'A\u2013B',
  "o'brien",
  'it’s',
  '"x"',
])('%j is what it looks like', (text) => {
  expect(hiddenCharacter(text)).toBeUndefined()
})

test('in a key, a dash is a hyphen that an editor has changed', () => {
  expect(hiddenInKey('feature_new\u2013header')).toEqual({
    index: 11,
    description: 'U+2013, a dash that is no hyphen',
  })
  expect(asSeen('feature_new\u2013header')).toBe('feature_new-header')
  expect(hiddenInKey('feature_new-header')).toBeUndefined()
})
