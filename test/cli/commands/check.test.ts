/** `liveflag check FILE`: what is wrong with a live config, and where. */
import { block, liveflag, scratch } from '../captured-terminal'

const write = scratch()

const good = write('good.yaml', 'feature_a: on\nfeature_b: { users: [gary] }\n')
const warned = write(
  'warned.yaml',
  'feature_a: { experiment: { loggedin: true, variants: { test: 80 } } }\n',
)

test('a good file is counted, and exits 0', async () => {
  expect(await liveflag(['check', good])).toEqual({
    code: 0,
    out: '2 features, no problems\n',
    err: '',
  })
})

test('a layer that is missing is a problem that counts', async () => {
  const { code, out, err } = await liveflag(['check', good, '--layer', `${good}.not`])
  expect({ code, out }).toEqual({ code: 1, out: '2 features, 1 problem\n' })
  expect(err).toContain('good.yaml.not is missing; restore it, or correct the path')
})

test('each problem is shown with its place, its line and a caret; those of one feature are together', async () => {
  const path = write(
    'bad.yaml',
    block(`
    feature_fine: on
    feature_some_flag:
      usrs: [gary]
      percent_loggedin: "50"
    feature_other: On
  `),
  )
  const { code, out, err } = await liveflag(['check', path])
  expect({ code, out: out.replaceAll(path, 'bad.yaml'), err }).toEqual({
    code: 1,
    out: block(`
      bad.yaml:3:3  error  unknown-key  feature_some_flag: "usrs" is not a key that an entry knows; did you mean users?
           3 │   usrs: [gary]
             │   ^
      bad.yaml:4:21  error  bad-type  feature_some_flag: percent_loggedin is text ("50"); write a number from 0 to 100, without quotes or a % sign
           4 │   percent_loggedin: "50"
             │                     ^

      bad.yaml:5:16  error  unparsable-config  feature_other: "On" is neither on nor off; write on
           5 │ feature_other: On
             │                ^

      1 feature, 3 problems
    `),
    err: '',
  })
})

test('--json prints the count of good features and each problem with the same six members', async () => {
  const path = write('json.yaml', 'feature_a: on\nfeature_b: { usrs: [gary] }\n')
  const { code, out } = await liveflag(['check', path, '--json'])
  expect({ code, printed: JSON.parse(out) }).toEqual({
    code: 1,
    printed: {
      features: 1,
      problems: [
        {
          feature: 'b',
          line: 2,
          column: 14,
          severity: 'error',
          code: 'unknown-key',
          message: '"usrs" is not a key that an entry knows; did you mean users?',
        },
      ],
    },
  })
})

test('--json of a good file has an empty list of problems', async () => {
  const { code, out } = await liveflag(['check', good, '--json'])
  expect({ code, printed: JSON.parse(out) }).toEqual({
    code: 0,
    printed: { features: 2, problems: [] },
  })
})

test('a warning is a problem', async () => {
  const { code, out } = await liveflag(['check', warned])
  expect({ code, last: out.split('\n').at(-2) }).toEqual({ code: 1, last: '1 feature, 1 problem' })
})

test('--allow-warnings still shows warnings, and exits 0', async () => {
  const { code, out } = await liveflag(['check', warned, '--allow-warnings'])
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringContaining('  warning  variant-over-cap  '),
  })
})

test('--allow-warnings does not allow errors', async () => {
  expect(
    (await liveflag(['check', write('error.yaml', 'feature_a: 5\n'), '--allow-warnings'])).code,
  ).toBe(1)
})

test('a file that is not UTF-8 is a problem at its first wrong byte', async () => {
  const { code, out } = await liveflag([
    'check',
    write('latin.yaml', Buffer.from('feature_a: on # caf\xe9\n', 'latin1')),
    '--json',
  ])
  const { features, problems } = JSON.parse(out)
  expect({ code, features, problems }).toEqual({
    code: 1,
    features: 0,
    problems: [
      expect.objectContaining({
        feature: null,
        line: 1,
        column: 20,
        severity: 'error',
        code: 'bad-encoding',
      }),
    ],
  })
})

test('a file that is broken as a whole has its one problem, with its place', async () => {
  const path = write('torn.json', '{ "feature_a": ')
  const { code, out } = await liveflag(['check', path])
  expect({ code, out: out.replaceAll(path, 'torn.json') }).toEqual({
    code: 1,
    out: expect.stringMatching(/^torn\.json:\d+:\d+ {2}error {2}syntax {2}/),
  })
})

test.each([
  ['the extension', ['check', write('by-extension.ini', '[live_config]\nfeature_a = on\n')]],
  [
    '--format',
    ['check', write('by-option.txt', '[live_config]\nfeature_a = on\n'), '--format', 'ini'],
  ],
])('%s says which syntax a file has', async (_, args) => {
  expect(await liveflag(args)).toEqual({ code: 0, out: '1 feature, no problems\n', err: '' })
})

test('- reads stdin, and problems name it', async () => {
  const { code, out } = await liveflag(['check', '-'], { stdin: 'feature_a: 5\n' })
  expect({ code, out }).toEqual({
    code: 1,
    out: expect.stringMatching(/^stdin:1:12 {2}error {2}bad-type {2}/),
  })
})

test('--compat r2 judges as r2 does: an unknown key is no reason to refuse an entry', async () => {
  const path = write('r2.yaml', 'feature_a: { usrs: [gary], gold: true }\n')
  const features = async (...more: string[]): Promise<unknown> =>
    JSON.parse((await liveflag(['check', path, '--json', ...more])).out).features
  expect([await features(), await features('--compat', 'r2')]).toEqual([0, 1])
})

describe('the caret is under the column', () => {
  /** The line of the file as shown, and what stands over the caret. */
  const pointed = async (text: string): Promise<readonly [string, string]> => {
    const { out } = await liveflag(['check', '-'], { stdin: text })
    const [, line = '', caret = ''] = out.split('\n')
    return [line.slice(9), line.slice(caret.indexOf('^'))]
  }

  test.each([
    ['after tabs', 'feature_a:\t\t5\n', 'feature_a:  5', '5'],
    [
      'in a long line, of which only a part is shown',
      `feature_a: { users: [${'gary, '.repeat(60)}5, ${'spez, '.repeat(60)}x] }\n`,
      expect.stringMatching(/^….*…$/),
      expect.stringMatching(/^5, spez/),
    ],
    [
      'when the text could steer the terminal, which is spelt out',
      'feature_a: "\x1b[2J" # \x9b\n',
      'feature_a: "\\x1b[2J" # \\x9b',
      expect.stringMatching(/\\x1b|"/),
    ],
  ])('%s', async (_, text, shown, over) => {
    expect(await pointed(text)).toEqual([shown, over])
  })

  test('after characters of double width', async () => {
    const { out } = await liveflag(['check', '-'], { stdin: 'feature_旗: 5\n' })
    expect(out.split('\n').slice(1, 3)).toEqual([
      '     1 │ feature_旗: 5',
      '       │             ^',
    ])
  })
})

describe('colours', () => {
  const coloured = async (surroundings: object): Promise<boolean> =>
    (await liveflag(['check', good], surroundings)).out.includes('\x1b[')

  test.each([
    ['are used on a terminal', { isTTY: true }, true],
    ['are not used in a pipe', { isTTY: false }, false],
    ['are not used where NO_COLOR is set', { isTTY: true, env: { NO_COLOR: '1' } }, false],
    ['are not used on a terminal that has none', { isTTY: true, env: { TERM: 'dumb' } }, false],
  ])('%s', async (_, surroundings, expected) => {
    expect(await coloured(surroundings)).toBe(expected)
  })
})

describe('several files', () => {
  const good = write('one.yaml', 'feature_a: on\n')
  const other = write('two.yaml', 'feature_a: off\n')
  const bad = write('three.yaml', 'feature_b: {gold: 5}\n')

  test('are judged each by itself, as the hooks of a commit name them', async () => {
    const { code, out } = await liveflag(['check', good, other])
    expect(code).toBe(0)
    expect(out.match(/1 feature, no problems/g)).toHaveLength(2)
    expect(out).toContain(`${good}:`)
  })

  test('one with problems is enough for exit code 1', async () => {
    const { code, out } = await liveflag(['check', good, bad, other])
    expect([code, /gold is a number/.test(out)]).toEqual([1, true])
  })

  test.each([
    [['check', good, bad, '--json'], /one document/],
    [['check', '-', '-'], /only once/],
  ])('%j is refused', async (args, message) => {
    const { code, err } = await liveflag(args)
    expect([code, message.test(err)]).toEqual([2, true])
  })
})

test('--json lists problems in the order of the lines, whatever kind they are', async () => {
  const path = write(
    'order.yaml',
    'feature_b: {percent_loggedin: 101}\nenabled: off\nfeature_a: 5\n',
  )
  const { out } = await liveflag(['check', path, '--json'])
  const { problems } = JSON.parse(out) as {
    readonly problems: readonly { readonly line: number }[]
  }
  const lines = problems.map(({ line }) => line)
  expect(lines).toEqual([1, 2, 3])
})

test('with --target growthbook each feature that clients of GrowthBook cannot be sent is a warning', async () => {
  const path = write(
    'target.yaml',
    'feature_a: { gold: true }\nfeature_b:\n  gold: true\n  percent_loggedin: 50\n',
  )
  expect((await liveflag(['check', path])).code).toBe(0)
  const { code, out } = await liveflag(['check', path, '--target', 'growthbook'])
  expect({ code, out: out.replaceAll(path, 'target.yaml') }).toEqual({
    code: 1,
    out: block(`
      target.yaml:4:3  warning  left-out  feature_b: GrowthBook's clients are not sent this feature, because percent_loggedin draws by r2's hash, which GrowthBook does not have; a rule with coverage draws other visitors
           4 │   percent_loggedin: 50
             │   ^

      2 features, 1 problem
    `),
  })
})

test.each<[string, string, readonly string[]]>([
  ['a key that is no feature', 'x: { percent_loggedin: RAMP }\nfeature_y: on\n', []],
  ['an entry that is refused', 'feature_x: { admin: RAMP }\nfeature_y: on\n', []],
  [
    'an entry of which another key is refused',
    'feature_x: { percent_loggedin: RAMP, admin: 3 }\nfeature_y: on\n',
    [],
  ],
  ["r2's semantics", 'feature_x: { percent_loggedin: RAMP }\n', ['--compat', 'r2']],
])('the ramp of %s is in no force, and not printed', async (_what, text, options) => {
  const ramp = '{ ramp: { to: 100, over: 10d, start: 2027-01-28 } }'
  const path = write('no-ramp.yaml', text.replace('RAMP', ramp))
  const { out } = await liveflag(['check', path, ...options])
  expect(out).toMatch(/features?, /)
  expect(out).not.toContain('is a ramp,')
})

test('a ramp is printed with how far it is, by the clock', async () => {
  const path = write(
    'ramp.yaml',
    'feature_x: { percent_loggedin: { ramp: { to: 100, over: 10d, start: 2027-01-28 } } }\n',
  )
  // The terminal of the tests has its clock at 31 January 2027.
  const { code, out } = await liveflag(['check', path])
  expect(code).toBe(0)
  expect(out).toMatch(
    /^x: percent_loggedin is a ramp, 3\d\.\d+ % now, 100 % from 2027-02-07T00:00Z on\n1 feature, no problems/,
  )
  const json = await liveflag(['check', path, '--json'])
  expect(JSON.parse(json.out)).toMatchObject({
    ramps: [{ feature: 'x', path: 'percent_loggedin' }],
  })
})
