import { checkText } from '../../../src'
import { parseNow } from '../../support/parse-now'

const parse = (text: string) => parseNow(text, 'ini')
const values = (text: string) => parse(text).entries.map(({ key, value }) => [key, value])

describe("a live config in r2's ini format", () => {
  test.each([
    ['feature_a = on', 'on'],
    ['feature_a: on', 'on'],
    ['feature_a=on', 'on'],
    ['feature_a \t=\t on \t', 'on'],
    ['feature_a = a = b: c', 'a = b: c'],
    ['feature_a = {"users": ["x"]}', '{"users": ["x"]}'],
    ['feature_a = %(x)s 100%', '%(x)s 100%'],
    ['feature_a =', ''],
    ['feature_a = ""', ''],
    ['feature_a = "" ; none', ''],
    ['feature_a = "x"', '"x"'],
    ['feature_a = on ; since May', 'on'],
    ['feature_a = on\t;x', 'on'],
    ['feature_a = on;x', 'on;x'],
    ['feature_a = on # x', 'on # x'],
    ['feature_a = x;y ; z', 'x;y ; z'],
    ['feature_a = ; all', '; all'],
    ['feature_a = ; all ', ''],
    ['feature_a = {"a": "b ; c"}', '{"a": "b'],
    ['feature_a = {\n  "a": 1\n  }', '{\n"a": 1\n}'],
    ['feature_a = 1\n\n# note\n; note\nrem note\n  2', '1\n2'],
    ['feature_a =\n  {}', '\n{}'],
    ['feature_a = 1\n  2 ; kept', '1\n2 ; kept'],
    ['feature_a = 1\n  b = 2', '1\nb = 2'],
    ['feature_a = ""\n  x', '\nx'],
    ['feature_a = x\u00a0', 'x\u00a0'],
  ])("reads %j by the rules of Python 2's RawConfigParser", (line, value) => {
    expect(values(`[live_config]\n${line}\n`)).toEqual([['feature_a', value]])
    expect(values(`[live_config]\n${line}`)).toEqual([['feature_a', value]])
  })

  test('keeps the case of keys, and takes nothing from other sections, DEFAULT among them', () => {
    const text =
      '[DEFAULT]\na = 0\n[live_config]\nFeature_A = 1\nfeature_a = 2\n[Live_Config]\nb = 3\n[app:main]\n  \nc = 4\n  5\n[live_config] again\nd = 6\n'
    expect(values(text)).toEqual([
      ['Feature_A', '1'],
      ['feature_a', '2'],
      ['d', '6'],
    ])
  })

  test.each([
    ['feature_a = on\n[live_config]\n', 'syntax', 1, 1],
    ['# note\n  x\n', 'syntax', 2, 1],
    ['[live_config]\na = 1\nfoo\n', 'syntax', 3, 1],
    ['[live_config]\n= x\n', 'syntax', 2, 1],
    ['[live_config]\n  a = 1\n', 'syntax', 2, 1],
    ['[live_config\n', 'syntax', 1, 1],
    ['[x]\nfoo\n[live_config]\n', 'syntax', 2, 1],
    ['[app:main]\na = 1\n', 'not-an-object', 1, 1],
    ['# only\n; notes\n\n', 'empty', 1, 1],
  ])('%j is refused as %s at %i:%i', (text, code, line, column) => {
    expect(parse(text)).toMatchObject({
      entries: [],
      fatal: { code, severity: 'error', line, column },
    })
  })

  test('names the sections there are when ours is missing', () => {
    expect(parse('[DEFAULT]\n[Live_config]\n').fatal?.message).toContain(
      'only [DEFAULT], [Live_config]',
    )
  })

  test('gives entries whose text is equal exactly when their value is', () => {
    const [one, two, three] = ['a = 1', 'x = 0\n\na : 1 ; note', 'a = 2'].map((lines) =>
      parse(`[live_config]\n${lines}\n`).entries.at(-1),
    )
    expect(one?.text).toBe(two?.text)
    expect(one?.text).not.toBe(three?.text)
  })
})

test.each([
  ['[live_config] feature_a = on\n', 1, 15],
  ['[live_config]\u2028feature_a = on\nfeature_b = on\n', 1, 14],
  ['[other] x\n[live_config]\u0085feature_a = on\n', 2, 14],
])('%j: what follows the section on its line is named', (text, line, column) => {
  expect(checkText(text, { format: 'ini' }).problems).toContainEqual(
    expect.objectContaining({
      code: 'syntax',
      severity: 'warning',
      line,
      column,
      message: expect.stringContaining('begin a new line') as string,
    }),
  )
})

test.each(['[live_config] ; ours\nfeature_a = on\n', '[live_config]  \nfeature_a = on\n'])(
  '%j has nothing after its section',
  (text) => {
    expect(checkText(text, { format: 'ini' }).problems).toEqual([])
  },
)
