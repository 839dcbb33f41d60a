/** `liveflag simulate FILE NAME`: what a population gets, by the real engine. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { run } from '../../../src/cli/program'
import { block, liveflag, scratch, terminalWith } from '../captured-terminal'

const write = scratch()
const folder = mkdtempSync(join(tmpdir(), 'liveflag-simulated-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const path = write(
  'live.yaml',
  block(`
  feature_plain: on
  feature_rollout: { percent_loggedin: 25 }
  feature_banner:
    experiment: { experiment_id: 4711, loggedin: true, variants: { big: 20 } }
  feature_button:
    default: blue
    experiment:
      experiment_id: exp
      status: running
      targeting: country == "NZ"
      traffic: 50
      variants:
        - { name: control, weight: 75, value: blue }
        - { name: red, weight: 25, value: red }
  feature_size:
    default: 1
    rules:
      - { condition: { country: NZ }, force: 5 }
      - { key: size-1, hashVersion: 2, coverage: 0.5, variations: [1, 2] }
  feature_page:
    experiment: { page: true, loggedin: true, variants: { big: 20 } }
`),
)

async function simulated(...args: string[]) {
  const { code, out, err } = await liveflag(['simulate', path, ...args, '--json'])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out)
}

const outcomesOf = (report: {
  readonly outcomes: readonly { readonly outcome: string; readonly users: number }[]
}) => Object.fromEntries(report.outcomes.map(({ outcome, users }) => [outcome, users]))

const nz = ['--world', '{"attributes": {"country": "NZ"}}']

test('people get the outcomes, and the variants beside what is expected', async () => {
  expect(await liveflag(['simulate', path, 'button', '--users', '8000', ...nz])).toEqual({
    code: 0,
    err: '',
    out: block(`
      button: on for 8,000 of 8,000 users, 100.00 %

        outcome                     users    share
        experiment_assigned         4,025  50.31 %  ████████████▏
        outside_traffic_allocation  3,975  49.69 %  ███████████▉

      Experiment exp: 4,025 assigned

        variant  users   of all  of assigned  expected
        control  2,999  37.49 %      74.51 %   75.00 %  █████████████████▉
        red      1,026  12.83 %      25.49 %   25.00 %  ██████▏

      No mismatch found between the split and its shares (p = 0.47).

        value   users    share
        "blue"  6,974  87.17 %  ████████████████████▉
        "red"   1,026  12.83 %  ███▏
    `),
  })
})

test.each([
  [
    'targeting without an answer',
    'button',
    [],
    [
      'Nobody is in. Why, for user-0: button gives its default "blue": targeting does not hold, as it has no answer for the visitor (line 10)',
      '  asked attribute country → none',
      'What has no answer can be given to all with --world, or to each with --population.',
    ],
  ],
  [
    'targeting that does not hold',
    'button',
    ['--world', '{"attributes": {"country": "AU"}}'],
    [
      'Nobody is in. Why, for user-0: button gives its default "blue": targeting does not hold (line 10)',
      '  asked attribute country → "AU"',
    ],
  ],
  [
    'a page that is not there',
    'page',
    [],
    [
      'Nobody is in. Why, for user-0: page is OFF because of experiment, which has nothing to bucket (line 21)',
      '  asked page → none',
      '  asked user → {"id":"user-0"}',
      '  asked isLoggedIn → yes',
      'What has no answer can be given to all with --world, or to each with --population.',
    ],
  ],
])('says why everybody is out: %s', async (_, feature, more, why) => {
  const args = [feature, '--users', '10', ...more]
  const { out } = await liveflag(['simulate', path, ...args])
  expect(out.split('\n').slice(-1 - why.length, -1)).toEqual(why)
  expect(await simulated(...args)).toMatchObject({ why })
})

test('--json prints the counts with stable members', async () => {
  const report = await simulated('banner', '--users', '1000')
  expect(report).toEqual({
    feature: 'banner',
    users: 1000,
    enabled: expect.any(Number),
    outcomes: expect.any(Array),
    values: [],
    experiments: [
      {
        experiment: '4711',
        assigned: expect.any(Number),
        variants: [
          ['big', 0.5],
          ['control_1', 0.25],
          ['control_2', 0.25],
        ].map(([variant, expectedShare]) => ({
          variant,
          users: expect.any(Number),
          share: expect.any(Number),
          shareOfAssigned: expect.any(Number),
          expectedShare,
        })),
        sampleRatio: {
          isOfAllLooks: false,
          verdict: 'no-mismatch',
          chiSquare: expect.any(Number),
          degreesOfFreedom: 2,
          p: expect.any(Number),
          sequentialP: expect.any(Number),
        },
      },
    ],
  })
  expect(Object.keys(report)).toEqual([
    'feature',
    'users',
    'enabled',
    'outcomes',
    'experiments',
    'values',
  ])
  expect(Object.keys(outcomesOf(report)).sort()).toEqual(['excluded', 'experiment_assigned'])
})

test.each<[string, string[], Record<string, number>]>([
  ['a switch', ['plain'], { static: 1000 }],
  [
    'a share of visitors',
    ['rollout'],
    { default: expect.any(Number), percent_loggedin: expect.any(Number) },
  ],
  ['an experiment that is not for them', ['button'], { targeting_mismatch: 1000 }],
  ['a rule', ['size', ...nz], { 'rules[0]': 1000 }],
  [
    "a rule's experiment",
    ['size'],
    { default: expect.any(Number), experiment_assigned: expect.any(Number) },
  ],
  ['an experiment on pages, without a page', ['page'], { no_unit: 1000 }],
])('the outcomes of %s', async (_, args, expected) => {
  expect(outcomesOf(await simulated(...args, '--users', '1000'))).toEqual(expected)
})

test('an experiment that is a rule is split as its weights say', async () => {
  const { experiments } = await simulated('size-1')
  expect(experiments).toMatchObject([
    {
      experiment: 'size-1',
      variants: [
        { variant: '0', expectedShare: 0.5 },
        { variant: '1', expectedShare: 0.5 },
      ],
      sampleRatio: { verdict: 'no-mismatch' },
    },
  ])
})

test('the same users get the same, again and again', async () => {
  expect(await simulated('banner', '--users', '500')).toEqual(
    await simulated('banner', '--users', '500'),
  )
})

describe('a population', () => {
  const population = (name: string, text: string, feature = 'size') =>
    liveflag(['simulate', path, feature, '--population', write(name, text), '--json'])

  test('has a World on each line', async () => {
    const { out } = await population(
      'users.ndjson',
      '{"user": {"id": "a"}, "attributes": {"country": "NZ"}}\n\n{"user": {"id": "b"}, "attributes": {"country": "NZ"}}',
    )
    expect(JSON.parse(out)).toMatchObject({
      users: 2,
      outcomes: [{ outcome: 'rules[0]', users: 2 }],
    })
  })

  test.each([
    ['with a heading', 'user_id,plan\na,free\nb,paid\n'],
    ['without one', 'a\nb\n'],
    ['in quotes, with lines that end as on Windows', '"a","x"\r\n"b","y"\r\n'],
    ['with semicolons', 'a;1\nb;2'],
  ])('may be ids in a .csv, %s', async (_, text) => {
    const { code, out } = await population('users.csv', text, 'plain')
    expect({ code, users: JSON.parse(out).users }).toEqual({ code: 0, users: 2 })
  })

  test('says which columns of a .csv are not read, where a heading names them', async () => {
    const { code, err } = await population('users.csv', 'user_id,plan\na,free\nb,paid\n', 'plain')
    expect(code).toBe(0)
    expect(err).toMatch(
      /^liveflag: --population: of \S*users\.csv the ids alone are read, and not plan; to say more of each, write a World in JSON on each line/,
    )
    expect((await population('users.csv', 'a,free\nb,paid\n', 'plain')).err).toBe('')
  })

  test('may come on stdin', async () => {
    const { out } = await liveflag(['simulate', path, 'plain', '--population', '-', '--json'], {
      stdin: '{"user": {"id": "a"}}\n',
    })
    expect(JSON.parse(out).users).toBe(1)
  })

  test('has what is common to all, unless a user says otherwise', async () => {
    const { out } = await liveflag(
      ['simulate', path, 'size', '--population', '-', ...nz, '--json'],
      { stdin: '{"user": {"id": "a"}}\n{"user": {"id": "b"}, "attributes": {}}\n' },
    )
    expect(outcomesOf(JSON.parse(out))).toMatchObject({ 'rules[0]': 1 })
  })

  test.each([
    ['that is no JSON', 'oops', 'it is not JSON'],
    ['that is no World', '{"usr": {}}', 'did you mean user?'],
    [
      'that is longer than any',
      `{"loid": "${'x'.repeat(1 << 20)}"}`,
      'it has 1048576 characters or more',
    ],
  ])('goes on after a line %s, says which was the first, and exits 1', async (_, line, why) => {
    const { code, out, err } = await population('bad.ndjson', `{}\n${line}\n{}\n`)
    expect({ code, users: JSON.parse(out).users, err }).toEqual({
      code: 1,
      users: 2,
      err: expect.stringContaining(
        'liveflag: 1 of 3 lines could not be read; the first is line 2: ',
      ),
    })
    expect(err).toContain(why)
  })
})

test.each([
  ['plain', 'whole bar: 100 %'],
  ['banner', 'whole bar: 50 %'],
])('--svg of %s says what a whole bar stands for', async (feature, scale) => {
  const svg = join(folder, 'scale.svg')
  await liveflag(['simulate', path, feature, '--svg', svg])
  expect(readFileSync(svg, 'utf8')).toContain(`>${scale}</text>`)
})

test('--svg draws the shares', async () => {
  const svg = join(folder, 'shares.svg')
  await liveflag(['simulate', path, 'banner', '--svg', svg])
  expect(readFileSync(svg, 'utf8')).toMatch(/^<svg [^]*Experiment 4711[^]*<\/svg>\n$/)
})

test('where a chart cannot be written is an error', async () => {
  const svg = join(folder, 'missing', 'shares.svg')
  expect(await liveflag(['simulate', path, 'banner', '--svg', svg])).toMatchObject({
    code: 2,
    err: expect.stringContaining(`--svg: ${svg} cannot be written`),
  })
  expect(existsSync(svg)).toBe(false)
})

test.each([
  ['true, and it is gone at the end', true, /█|░/],
  ['false', false, /^$/],
])('somebody looks at stderr: %s, a bar shows how far it is', async (_, isTTY, expected) => {
  const stderr = Object.assign(new PassThrough(), { isTTY })
  const chunks: string[] = []
  stderr.on('data', (chunk: Buffer) => chunks.push(chunk.toString()))
  expect(await run(['simulate', path, 'plain', '--users', '12000'], terminalWith({ stderr }))).toBe(
    0,
  )
  expect(chunks.join('')).toMatch(expected)
})

test('a stream of any length is counted as it comes', async () => {
  let given = 0
  const long = Readable.from(
    (function* () {
      for (; given < 200; given++) yield Buffer.from('{"user": {"id": "a"}}\n'.repeat(500))
    })(),
    { objectMode: false },
  )
  const { out } = await liveflag(['simulate', path, 'plain', '--population', '-', '--json'], {
    stdin: long,
  })
  expect(JSON.parse(out).users).toBe(100_000)
})

test.each([
  ['no number', ['plain', '--users', 'many'], 2, '--users is "many"; write a whole number above 0'],
  ['less than one', ['plain', '--users', '0'], 2, '--users is "0"'],
  ['two populations', ['plain', '--users', '5', '--population', 'x'], 2, 'leave out one'],
  [
    'a population that is not there',
    ['plain', '--population', 'missing.ndjson'],
    2,
    '--population: missing.ndjson',
  ],
  [
    'stdin twice',
    ['plain', '--population', '-', '--world', '-'],
    2,
    'stdin (-) can be read only once',
  ],
  ['a feature that there is not', ['plan'], 1, 'has no feature_plan; did you mean plain?'],
])('%s is said', async (_, args, code, message) => {
  expect(await liveflag(['simulate', path, ...args])).toEqual({
    code,
    out: '',
    err: expect.stringContaining(message),
  })
})
