import fc from 'fast-check'
import { createLinearPatterns } from '../../../src/conditions/patterns/linear'
import type { Pattern } from '../../../src/core/definitions'
import { sized } from '../../support/long-run'

const runs = sized(500, 30_000)

const patterns = createLinearPatterns()
const matches = (source: string, text: string, ignoreCase = false): boolean =>
  usable(patterns(source, ignoreCase))(text)

function usable(pattern: Pattern): Exclude<Pattern, string> {
  if (typeof pattern === 'string') throw new Error(pattern)
  return pattern
}

const native = (source: string, text: string, ignoreCase = false): boolean =>
  new RegExp(source, ignoreCase ? 'i' : '').test(text)

describe('a pattern means what it means to JavaScript', () => {
  test.each<[source: string, text: string, ignoreCase?: boolean]>([
    ['(mobile|tablet)', 'Android Mobile', true],
    ['(mobile|tablet)', 'Android Mobile'],
    ['-12-25$', '1980-12-25'],
    ['^a$', 'a\n'],
    ['^a$', 'b\na'],
    ['a.b', 'a\nb'],
    ['a.b', 'a\u2028b'],
    ['a.b', 'a\u0085b'],
    ['\\s', '\u00a0'],
    ['\\s', '\v'],
    ['[\\s]', '\ufeff'],
    ['\\S', '\u2003'],
    ['\\d', '٣'],
    ['\\w', 'é'],
    ['\\bé', 'é'],
    ['\\B', ''],
    ['\\b', ''],
    ['k', '\u212a', true],
    ['\u212a', 'k', true],
    ['s', '\u017f', true],
    ['[a-z]', '\u017f', true],
    ['ß', 'ẞ', true],
    ['µ', 'μ', true],
    ['İ', 'i', true],
    ['σ', 'ς', true],
    ['É', 'é', true],
    ['[à-ý]', 'É', true],
    ['[^k]', 'K', true],
    ['[^\\d]', '5', true],
    ['\\w', '\u017f', true],
    ['\\W', '\u017f', true],
    // Units, not characters.
    ['^.$', '\u{1F600}'],
    ['^..$', '\u{1F600}'],
    ['\u{1F600}', 'a\u{1F600}b'],
    ['\u{1F600}+$', '\u{1F600}\ude00'],
    ['[\u{1F600}]', '\ud83d'],
    ['[\u{1F600}]', '\u{1F601}'],
    ['\\ud83d', '\u{1F600}'],
    ['^[^\\ud83d]', '\u{1F600}'],
    ['\\u{1F600}', '\u{1F600}'],
    ['\\u{2}', 'uu'],
    ['\\p{L}', 'é'],
    ['\\p{L}', 'p{L}'],
    // Brackets that are only characters, and empty classes.
    ['a{,2}', 'a{,2}'],
    ['a{', 'a{'],
    ['{a}', '{a}'],
    ['a]', 'a]'],
    ['x{1,2}{', 'xx{'],
    ['[]', 'a'],
    ['[^]', '\n'],
    ['[]a]', 'a]'],
    ['[^]a]', 'ba]'],
    ['[a-]', '-'],
    ['[-a]', '-'],
    ['[\\w-a]', '-'],
    ['[a-\\d]', '-'],
    ['[\\b]', '\b'],
    ['[(]', '('],
    ['[[:alpha:]]', 'a]'],
    ['[a&&b]', '&'],
    // Escapes.
    ['\\cA', '\u0001'],
    ['\\cj', '\n'],
    ['\\0', '\0'],
    ['\\x41', 'A'],
    ['\\x4', 'x4'],
    ['\\u0041', 'A'],
    ['\\/\\-\\a\\Q', '/-aQ'],
    ['\\Qa.c\\E', 'QabcE'],
    ['\\A', 'A'],
    ['\\z', 'z'],
    ['\\pL', 'pL'],
    ['a/i', 'A/I'],
    ['a\\/b', 'a/b'],
    ['[/]', '/'],
    // Groups and quantifiers.
    ['(?:a|)b', 'b'],
    ['(?<name>a)b', 'ab'],
    ['(a*)*$', 'b'],
    ['(?:a?){3}$', ''],
    ['a{2}', 'a'],
    ['a{2,}?b', 'aaab'],
    ['a??b', 'b'],
    ['(a|b|)+?c', 'abac'],
    ['(?:)', ''],
    ['', ''],
    ['a||b', 'c'],
  ])('%j in %j', (source, text, ...[ignoreCase]) => {
    expect(matches(source, text, ignoreCase)).toBe(native(source, text, ignoreCase))
  })

  test.each([
    '\\d',
    '\\D',
    '\\w',
    '\\W',
    '\\s',
    '\\S',
    '.',
    '[^\\S\\n]',
    '[^]',
    '[\\ud7ff-\\ue000]',
    '[^a-z]',
  ])('%s has the same characters', (source) => {
    const [ours, theirs] = [usable(patterns(source, false)), new RegExp(source)]
    const [oursInAnyCase, theirsInAnyCase] = [
      usable(patterns(source, true)),
      new RegExp(source, 'i'),
    ]
    const wrong: number[] = []
    for (let code = 0; code <= 0xffff; code++) {
      const char = String.fromCharCode(code)
      if (ours(char) !== theirs.test(char) || oursInAnyCase(char) !== theirsInAnyCase.test(char))
        wrong.push(code)
    }
    expect(wrong).toEqual([])
  })

  test('every letter has the same other cases', () => {
    const wrong: string[] = []
    for (let code = 0; code <= 0xffff; code++) {
      const char = String.fromCharCode(code)
      const others = [
        char.toLowerCase(),
        char.toUpperCase(),
        char.toUpperCase().toLowerCase(),
        char.toLowerCase().toUpperCase(),
      ]
      if (others.every((other) => other === char)) continue
      const [ours, theirs] = [usable(patterns(`^${char}$`, true)), new RegExp(`^${char}$`, 'i')]
      if (others.some((other) => ours(other) !== theirs.test(other))) wrong.push(char)
    }
    expect(wrong).toEqual([])
  })

  const char = fc.constantFrom(
    ...'abkKsSxyz019_-,{}]/é\u212a\u017f\u00a0\n\u2028 ß',
    '\ud83d',
    '\ude00',
  )
  const escape = fc.constantFrom(
    '\\d',
    '\\D',
    '\\w',
    '\\W',
    '\\s',
    '\\S',
    '\\n',
    '\\.',
    '\\x61',
    '\\u212a',
    '\\cJ',
    '\\x00',
    '\\-',
    '\\/',
    '\\]',
  )
  const literal = fc.oneof(
    { weight: 4, arbitrary: char.map((c) => (c === '{' || c === '}' || c === ']' ? `\\${c}` : c)) },
    escape,
  )
  const range = fc
    .tuple(char, char)
    .map(([a, b]) =>
      (a < b ? [a, b] : [b, a]).map((c) => (c === ']' || c === '-' ? `\\${c}` : c)).join('-'),
    )
  const inClass = fc.oneof(
    char.map((c) => (c === ']' ? '\\]' : c)),
    escape,
    fc.constant('\\b'),
    range,
  )
  const characterClass = fc
    .tuple(fc.constantFrom('', '^'), fc.array(inClass, { maxLength: 4 }))
    .map(([negation, members]) => `[${negation}${members.join('')}]`)
  const { source } = fc.letrec<{ source: string; term: string; atom: string }>((tie) => ({
    atom: fc.oneof(
      { depthSize: 'small' },
      { weight: 5, arbitrary: literal },
      { weight: 2, arbitrary: characterClass },
      { weight: 1, arbitrary: fc.constant('.') },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom('(', '(?:'), tie('source'))
          .map(([open, inner]) => `${open}${inner})`),
      },
    ),
    term: fc.oneof(
      { weight: 4, arbitrary: tie('atom') },
      {
        weight: 2,
        arbitrary: fc
          .tuple(
            tie('atom'),
            fc.constantFrom('*', '+', '?', '*?', '+?', '??', '{2}', '{0,1}', '{1,}', '{1,3}?'),
          )
          .map((parts) => parts.join('')),
      },
      { weight: 1, arbitrary: fc.constantFrom('^', '$', '\\b', '\\B') },
    ),
    source: fc
      .array(
        fc.array(tie('term'), { maxLength: 4 }).map((terms) => terms.join('')),
        { minLength: 1, maxLength: 3 },
      )
      .map((alternatives) => alternatives.join('|')),
  }))
  const text = fc.array(char, { maxLength: 8 }).map((chars) => chars.join(''))

  const isPattern = (candidate: string): boolean => {
    try {
      return Boolean(new RegExp(candidate))
    } catch {
      return false
    }
  }

  test(`and so do ${runs} patterns at random`, () => {
    fc.assert(
      fc.property(
        source.filter(isPattern),
        fc.array(text, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (pattern, texts, ignoreCase) => {
          expect(texts.map((each) => matches(pattern, each, ignoreCase))).toEqual(
            texts.map((each) => native(pattern, each, ignoreCase)),
          )
        },
      ),
      { numRuns: runs },
    )
  }, 600_000)
})

describe('a pattern that cannot be searched in linear time is refused, and named', () => {
  test.each([
    ['a(?=b)', '(?='],
    ['a(?!b)', '(?!'],
    ['(?<=a)b', '(?<='],
    ['(?<!a)b', '(?<!'],
    ['(a)\\1', '\\1'],
    ['(?<n>a)\\k<n>', '\\k'],
    ['\\01', '\\01'],
    ['[\\1]', '\\1'],
    ['\\c1', '\\c'],
  ])('%j has %j', (source, part) => {
    const refusal = patterns(source, false)
    expect(refusal).toContain(JSON.stringify(source))
    expect(refusal).toContain(
      `has ${JSON.stringify(part)}, which cannot be searched in linear time; write it`,
    )
  })

  test.each([
    ['there is nothing to repeat', '^*', /no regular expression \(.*\); fix it/],
    ['a bracket is not closed', '(a', /no regular expression \(.*\); fix it/],
    ['it is too long', 'a'.repeat(5000), /has 5000 characters; write one with at most 4096/],
    ['a repetition is too large', 'a{1001}', /too large; write smaller repetitions/],
    ['repetitions multiply', '(?:a{100}){100}', /too large/],
    ['repetitions add up', 'a{1000}'.repeat(100), /too large/],
  ])('%s', (_, source, message) => expect(patterns(source, false)).toMatch(message))
})

describe('patterns on which backtracking never ends', () => {
  const text = `${'a'.repeat(50_000)}!`
  test.each([
    '(a+)+$',
    '^(a|a)*$',
    '^(a|aa)+$',
    '(.*)*x$',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '(?:a?){50}a{50}b',
    'a*a*a*a*a*a*b$',
    '([a-zA-Z]+)*\\d$',
  ])('%s', (source) => expect(matches(source, text)).toBe(false))
})
