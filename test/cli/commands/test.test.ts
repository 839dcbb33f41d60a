/** `liveflag test FILE`: whether what test files say of a live config holds. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { tempDir } from '../../support/temp-dir'
import { block, liveflag, scratch } from '../captured-terminal'

const write = scratch()
const live = write(
  'live.yaml',
  block(`
    feature_new_header:
      users: [gary]
      percent_loggedin: 20
    feature_admin_tools:
      admin: true
    feature_search: { percent_loggedout: 5 }
    feature_staff: { admin: true, employee: true }
    feature_checkout:
      experiment:
        loggedin: true
        variants: [{ name: old, weight: 50 }, { name: new, weight: 50 }]
    feature_open:
      default: false
      rules: [{ condition: { country: NZ }, force: true }]
  `),
)

const PASSING = block(`
  tests:
    - it: gary sees the new header
      as: { user: { id: t2_beef, name: gary } }
      expect: { new_header: on, admin_tools: off }
    - nobody: { loggedIn: false }
      gets: admin_tools
    - everybody: { loggedIn: true, admin: true }
      gets: [admin_tools, staff]
    - of: { loggedIn: false }
      get: search
      atMost: 5 %
      exactly: 5
    - it: the checkout splits in halves
      of: { loggedIn: true }
      get: { checkout: new }
      exactly: 50 %
    - never: [search, new_header]
    - whoGets: admin_tools
      alsoGets: staff
`)

test('invariants that hold for every visitor and bucket pass', async () => {
  const { code, out, err } = await liveflag(['test', live, write('good.test.yaml', PASSING)])
  expect({ code, err, last: out.split('\n').at(-2) }).toEqual({
    code: 0,
    err: '',
    last: '7 tests, none failed',
  })
})

const failing = (body: string): Promise<{ code: number; out: string }> =>
  liveflag(['test', live, write('bad.test.yaml', `tests:\n${block(body)}`)])

test.each([
  ['- nobody: { loggedIn: true }\n  gets: new_header', '20 % of those signed in'],
  ['- never: [search, search]', '5 % of those signed out'],
  ['- of: { loggedIn: false }\n  get: search\n  atMost: 4 %', 'and not at most 4 %'],
  ['- whoGets: staff\n  alsoGets: admin_tools', '100 % of those signed in, employee'],
  ['- everybody: { loggedIn: true }\n  gets: new_header', '80 % of those signed in'],
  ['- as: {}\n  expect: { new_header: on }', 'new_header is not "on"'],
])('%j fails with its share', async (body, says) => {
  const { code, out } = await failing(body)
  expect(code).toBe(1)
  expect(out).toContain(says)
})

test('a failure shows a visitor whom explain answers alike, and the trace', async () => {
  const { out } = await failing('- nobody: { loggedIn: true }\n  gets: new_header')
  const world = /--world '(.*)'/.exec(out)?.[1] ?? ''
  expect(out).toMatch(
    /new_header is ON because of percent_loggedin[\s\S]*claimed +percent_loggedin/,
  )
  const explained = await liveflag(['explain', live, 'new_header', '--world', world, '--json'])
  expect(JSON.parse(explained.out)).toMatchObject({ decision: { enabled: true } })
})

test('what cannot be enumerated is undecided, which fails unless it is allowed', async () => {
  const live = write(
    'lists.yaml',
    'feature_open: { default: false, rules: [{ condition: { tags: { $all: [a] } }, force: true }] }\n',
  )
  const path = write('open.test.yaml', 'tests:\n  - nobody: { loggedIn: false }\n    gets: open\n')
  const { code, out } = await liveflag(['test', live, path])
  expect(code).toBe(1)
  expect(out).toContain('undecided: it asks what lists hold ($all)')
  expect((await liveflag(['test', live, path, '--allow-undecided'])).code).toBe(0)
})

test('mistakes of the test file have their places, and exit 2', async () => {
  const { code, out } = await failing(`
    - nobody: { logedIn: false }
      gets: search
    - nobody: {}
      gets: serch
    - of: {}
      get: search
      atmost: 5
    - everyone: {}
  `)
  expect(code).toBe(2)
  expect(out.replaceAll(/.*bad\.test\.yaml:/g, '').match(/^\d+:\d+.*$/gm)).toEqual([
    expect.stringMatching(/^2:13 .*nobody has no member "logedIn"/),
    expect.stringMatching(/^5:9 .*there is no feature "serch"; did you mean search\?/),
    expect.stringMatching(/^8:3 .*"atmost" is no key of a test of of; did you mean atMost\?/),
    expect.stringMatching(/^9:3 .*a test has one of the keys as, nobody/),
  ])
})

test('a broken entry fails its tests: off by mistake is no proof', async () => {
  const path = write('broken.yaml', 'feature_x: { usrs: [gary] }\nfeature_y: on\n')
  const tests = write('broken.test.yaml', 'tests:\n  - nobody: {}\n    gets: x\n')
  const { code, out } = await liveflag(['test', path, tests])
  expect(code).toBe(1)
  expect(out).toContain('the entry is refused: "usrs"')
})

test('keeps compares with a revision of git, or a file, and finds who is moved', async () => {
  const dir = tempDir()
  const git = (...args: string[]): unknown =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.test', ...args], {
      cwd: dir,
      stdio: 'pipe',
    })
  const path = join(dir, 'live.yaml')
  writeFileSync(path, 'feature_x: { percent_loggedin: 10 }\n')
  writeFileSync(join(dir, 'live.test.yaml'), 'tests:\n  - keeps: x\n    since: HEAD\n')
  git('init', '-q')
  git('add', '.')
  git('commit', '-qm', 'one')
  writeFileSync(path, 'feature_x: { percent_loggedin: 20 }\n')
  expect(await liveflag(['test', path])).toMatchObject({ code: 0 })
  writeFileSync(path, 'feature_x: { percent_loggedin: 5 }\n')
  const lowered = await liveflag(['test', path])
  expect(lowered.code).toBe(1)
  expect(lowered.out).toContain('5 % of those signed in')
  writeFileSync(join(dir, 'live.test.yaml'), 'tests:\n  - keeps: x\n    since: nowhere\n')
  expect(await liveflag(['test', path])).toMatchObject({
    code: 2,
    err: expect.stringContaining(
      `nowhere:${path} is neither a file nor in a revision of git`,
    ) as string,
  })
})

test('--json and --junit print the same outcomes', async () => {
  const path = write('two.test.yaml', `${PASSING}  - nobody: {}\n    gets: search\n`)
  const junit = join(tempDir(), 'out.xml')
  const { code, out } = await liveflag(['test', live, path, '--json', '--junit', junit])
  const { tests } = JSON.parse(out) as { tests: { outcome: string; line: number }[] }
  expect({ code, failed: tests.filter(({ outcome }) => outcome === 'failed') }).toMatchObject({
    code: 1,
    failed: [{ line: 20, visitor: { loid: expect.any(String) as string } }],
  })
  expect(readFileSync(junit, 'utf8')).toMatch(
    /<testsuite name="liveflag" tests="8" failures="1"[\s\S]*<failure message="5 % of those signed out/,
  )
})

test('the tests and the workflow of the docs run', async () => {
  const page = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'testing.md'), 'utf8')
  const [tests = '', workflow = ''] = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
    ([, text = '']) => text,
  )
  const dir = tempDir()
  const config = join(dir, 'live.yaml')
  const entries = {
    feature_new_header: 'on',
    feature_admin_tools: { admin: true },
    feature_search_v2: { percent_loggedout: 5 },
    feature_old_search: 'off',
    feature_checkout: {
      experiment: {
        loggedin: true,
        variants: [
          { name: 'old', weight: 50 },
          { name: 'new', weight: 50 },
        ],
      },
    },
    feature_checkout_styles: { employee: true },
  }
  writeFileSync(config, JSON.stringify(entries))
  writeFileSync(join(dir, 'older.yaml'), JSON.stringify(entries))
  const older = join(dir, 'older.yaml')
  writeFileSync(join(dir, 'live.test.yaml'), tests.replace('since: HEAD', `since: ${older}`))
  const { jobs } = parse(workflow) as { jobs: { check: { steps: { run?: string }[] } } }
  const commands = jobs.check.steps.flatMap(({ run = '' }) => {
    const [, command] = /^npx liveflag ([^|]*)/.exec(run) ?? []
    return command === undefined ? [] : [command.trim()]
  })
  expect(commands.map((command) => command.split(' ')[0])).toEqual(['check', 'test'])
  for (const command of commands) {
    const args = command
      .replace('config/live.yaml', config)
      .replace('report.xml', join(dir, 'report.xml'))
    expect(await liveflag(args.split(' '))).toMatchObject({ code: 0, err: '' })
  }
})

const asks = write(
  'asks.yaml',
  block(`
    segments:
      pilots: [t2_1, t2_2]
      kiwis: { country: NZ }
    feature_invoices: { segments: [pilots] }
    feature_sheep: { segments: [kiwis] }
    feature_size:
      default: 25
      rules:
        - { condition: { device: phone }, force: 10 }
        - { coverage: 0.05, hashVersion: 2, force: 50 }
    feature_blue:
      experiment:
        loggedin: true
        domains: [checkout]
        targeting: country in ["NZ", "AU"]
        traffic: 50
        variants: [{ name: old }, { name: new }]
    feature_green:
      experiment: { gold: true, domains: [checkout], priority: 1, variants: [{ name: green }] }
    feature_spring:
      experiment: { enabled: on, start: 2999-03-01, end: 2999-06-01, variants: [{ name: s }] }
    feature_summer:
      experiment:
        loggedin: true
        end: 2999-07-05
        traffic: { ramp: { from: 0, to: 100, over: 10d, start: 2999-07-01 } }
        variants: [{ name: s }]
    feature_needs:
      default: false
      rules: [{ parentConditions: [{ id: sheep, condition: { value: true } }], force: true }]
    feature_staff:
      experiment: { loggedin: true, targeting: email.endsWith("@example.com"), variants: [{ name: t }] }
  `),
)

test.each<[string, string, number, string]>([
  [
    'segments by id',
    '- nobody: { loggedIn: false, attributes: { country: NZ } }\n  gets: invoices',
    1,
    'id t2_1',
  ],
  ['segments by condition', '- everybody: { attributes: { country: NZ } }\n  gets: sheep', 0, ''],
  [
    'a value of a rule',
    '- everybody: { attributes: { device: phone } }\n  gets: { size: 10 }',
    0,
    '',
  ],
  [
    'a rollout of a rule',
    '- of: { loggedIn: true }\n  get: { size: 50 }\n  exactly: 5.01 %',
    0,
    '',
  ],
  ['targeting', '- nobody: { attributes: { country: US } }\n  gets: blue', 0, ''],
  [
    'traffic of those targeted',
    '- of: { loggedIn: true, attributes: { country: AU } }\n  get: { blue: new }\n  exactly: 25 %',
    0,
    '',
  ],
  ['experiments of one domain', '- never: [blue, green]', 0, ''],
  ['a required feature', '- whoGets: needs\n  alsoGets: sheep', 0, ''],
  ['one that is not required', '- whoGets: sheep\n  alsoGets: invoices', 1, 'country NZ'],
  ['a time', '- everybody: {}\n  gets: { spring: s }\n  at: 2999-04-01', 0, ''],
  ['a time with its zone', '- nobody: {}\n  gets: spring\n  at: 2999-06-01T00:00:00Z', 0, ''],
  [
    'a ramp between its start and the end of its experiment',
    '- nobody: {}\n  gets: summer',
    1,
    'of those signed in, at 2999-07-0',
  ],
  [
    'a visitor at a time',
    '- as: { user: { id: a } }\n  expect: { spring: off }\n  at: 2999-02-28',
    0,
    '',
  ],
  [
    'what is not known',
    '- nobody: {}\n  gets: staff',
    1,
    'undecided: 100 % of those signed in, for whom email.endsWith("@example.com"), if there are such visitors',
  ],
  ['what is not known and does not matter', '- nobody: { loggedIn: false }\n  gets: staff', 0, ''],
])('%s is decided', async (_, body, code, says) => {
  const path = write('asks.test.yaml', `tests:\n${body.replace(/^/gm, '  ')}\n`)
  const ran = await liveflag(['test', asks, path])
  expect({ code: ran.code, out: ran.out }).toEqual({
    code,
    out: expect.stringContaining(says) as string,
  })
})

test.each([
  ['attributes: [NZ]', 'attributes is no mapping; write a mapping of attributes'],
  ['attributes: { country: [NZ] }', 'country is ["NZ"]; write a text, a number, true or false'],
])('%s has its mistake', async (kind, says) => {
  const { code, out } = await failing(`    - nobody: { ${kind} }\n      gets: search`)
  expect(code).toBe(2)
  expect(out).toContain(says)
})

test('a time that is none is a mistake with its place', async () => {
  const { code, out } = await failing('    - nobody: {}\n      gets: search\n      at: tomorrow')
  expect(code).toBe(2)
  expect(out).toContain('at is "tomorrow"; write a time')
})
