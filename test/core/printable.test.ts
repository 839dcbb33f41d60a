import { printable, printableJson } from '../../src/core/printable'

test.each<[string, string, string]>([
  ['colours of a terminal', 'a\u001b[31mred', 'a\\x1b[31mred'],
  ['the short form of an escape', 'a\u009b31m', 'a\\x9b31m'],
  ['an end of line, which forges a line of a log', 'a\nERROR b\r\n', 'a\\x0aERROR b\\x0d\\x0a'],
  ['other ends of lines', 'a\u2028b\u2029c\u0085', 'a\\u{2028}b\\u{2029}c\\x85'],
  [
    'what turns the text around',
    'a\u202egpj.exe\u202c\u2066',
    'a\\u{202e}gpj.exe\\u{202c}\\u{2066}',
  ],
  ['what has no width', 'a\u200bb\ufeff\u2060', 'a\\u{200b}b\\u{feff}\\u{2060}'],
  ['a bell, a backspace and NUL', 'a\u0007\b\0', 'a\\x07\\x08\\x00'],
  ['half a character', 'a\ud800', 'a\\u{d800}'],
])('%s is spelt out', (_, text, shown) => {
  expect(printable(text)).toBe(shown)
})

test.each(['grün 日本 עברית', '👩‍👩‍👧 e\u0301', 'می\u200cخواهم', '<b>&"', ''])(
  '%s stays as it is',
  (text) => {
    expect(printable(text)).toBe(text)
  },
)

test('a tab is one column', () => {
  expect(printable('a\tb')).toBe('a b')
})

test('JSON of it escapes the same, and says what it said', () => {
  const value = {
    'a\u009b31m': ['b\u202egpj.exe', 'c\u2028\u007f\n\t\ud800', '\ud83d\ude00 \u200d'],
  }
  const text = printableJson(value, 2)
  expect(JSON.parse(text)).toEqual(value)
  expect(text).toBe(
    '{\n  "a\\u009b31m": [\n    "b\\u202egpj.exe",\n    "c\\u2028\\u007f\\n\\t\\ud800",\n    "\ud83d\ude00 \u200d"\n  ]\n}',
  )
})
