/** `liveflag diff OLD NEW`: who gets another answer, and what a CI makes of it. */
import { mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Difference } from '../../../src/cli/commands/difference'
import { sqliteStore } from '../../../src/recording/sqlite'
import { DAY, RAMPED, START } from '../../support/gated-ramp'
import { gitRepo } from '../../support/git-repo'
import { exposureRow } from '../../support/rows'
import { tempDir } from '../../support/temp-dir'
import { block, liveflag, scratch } from '../captured-terminal'

const write = scratch()
const older = write(
  'older.yaml',
  block(`
    feature_search: { percent_loggedin: 5 }
    feature_header: { users: [gary, wendy] }
    feature_button:
      experiment: { loggedin: true, variants: [{ name: a, weight: 1 }, { name: b, weight: 1 }] }
    feature_same: on
  `),
)
const newer = write(
  'newer.yaml',
  block(`
    feature_search: { percent_loggedin: 15 }
    feature_header: { users: [gary] }
    feature_button:
      experiment: { loggedin: true, variants: [{ name: a, weight: 1 }, { name: b, weight: 3 }] }
    feature_same: on
  `),
)

test('each kind of visitor that changes has a line, with its share and what happens to it', async () => {
  const { code, out, err } = await liveflag(['diff', older, newer])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out.split('\n').slice(1)).toEqual([
    '',
    'button',
    '  signed in: 25 % switch (a → b)',
    '  nobody of: signed out',
    '',
    'header',
    '  signed in, user wendy: all lose it (on → off)',
    '  nobody of: signed out; signed in; signed in, user gary',
    '',
    'search',
    '  signed in: 10 % gain it (off → on)',
    '  nobody of: signed out',
    '',
    '3 features change for somebody. The other 1: nobody changes, which is proven.',
    '',
  ])
})

test('kinds that change alike are one, each change has a line, and a name is not said twice', async () => {
  const text = (traffic: number, value: string): string => `feature_x:
  default: none
  experiment:
    enabled: on
    traffic: ${traffic}
    variants: [{ name: a, weight: 1, value: ${value} }, { name: b, weight: 1, value: one }]
`
  const [less, more, other] = [text(50, 'a'), text(100, 'a'), text(50, 'c')].map((one, i) =>
    write(`alike-${i}.yaml`, one),
  ) as [string, string, string]
  expect((await liveflag(['diff', less, more])).out.split('\n').slice(2, 6)).toEqual([
    'x',
    '  signed out; signed in:',
    '    25 % switch ("none" → a)',
    '    25 % switch ("none" → b = "one")',
  ])
  const { out } = await liveflag(['diff', less, more, '--markdown'])
  expect(out).toContain('| `x` | `signed out; signed in` | switch: `"none"` → `a` | 25 % |')
  // The value is what changes.
  expect((await liveflag(['diff', less, other])).out).toContain(
    'signed out; signed in: 25 % switch (a → a = "c")',
  )
})

test('two files without a feature are not called proven: what is wrong with them is said', async () => {
  const [one, other] = ['one', 'other'].map((name) =>
    write(`${name}.yaml`, `search: { percent_loggedin: ${name.length} }\n`),
  ) as [string, string]
  const { code, out, err } = await liveflag(['diff', one, other])
  expect(code).toBe(1)
  expect(out).toContain('Nothing is compared: there is no feature.')
  expect(out).not.toContain('proven')
  expect(err).toContain(`nothing is compared: neither ${one} nor ${other} has a feature`)
  expect(err).toMatch(/one\.yaml:1:1: .*search.*\n.*other\.yaml:1:1: .*search/)
})

test('an edit that changes nobody is certified', async () => {
  const other = write(
    'other.yaml',
    readFileSync(older, 'utf8').replace('gary, wendy', 'Wendy, Gary'),
  )
  const { code, out } = await liveflag(['diff', older, other, '--allow', 'none'])
  expect(code).toBe(0)
  expect(out).toContain('Nobody gets another answer: proven for 4 features, 1 edited one included')
})

test.each([
  ['gain', 1, 'not allowed: lose, switch'],
  ['gain,lose', 1, 'not allowed: switch'],
  ['gain, lose, switch', 0, ''],
  ['none', 1, 'not allowed: gain, lose, switch'],
  ['gains', 2, '"gains" is no change; did you mean gain?'],
])('--allow %s ends with %d', async (allow, code, says) => {
  const ran = await liveflag(['diff', older, newer, '--allow', allow])
  expect(ran.code).toBe(code)
  expect(ran.err).toContain(says)
})

test('a change at a later date is a change', async () => {
  const text = (weight: number): string =>
    `feature_x: { experiment: { enabled: on, start: 2999-01-01, variants: [{ name: a, weight: ${weight} }, { name: b, weight: 1 }] } }\n`
  const [a, b] = [write('a.yaml', text(1)), write('b.yaml', text(3))]
  const { code, out } = await liveflag(['diff', a, b, '--allow', 'gain'])
  expect(code).toBe(1)
  expect(out).toContain('from 2999-01-01 on:')
  expect(out).toContain('signed out; signed in: 25 % switch (b → a)')
})

test('a refused entry of the newer one is a problem, with its place', async () => {
  const broken = write('broken.yaml', 'feature_search: { percent_logedin: 5 }\n')
  const { code, err } = await liveflag(['diff', older, broken])
  expect(code).toBe(1)
  expect(err).toContain('broken.yaml:1:19: "percent_logedin" is not a key')
})

test('a population is counted, and named when that is asked for', async () => {
  const people = write('people.csv', 'id\nt2_1\nt2_2\nt2_3\n')
  const all = write('all.yaml', 'feature_search: on\n')
  const plain = await liveflag(['diff', older, all, '--population', people])
  expect(plain.out).toContain(`of 3 visitors of ${people}: 3 gain it (off → on)`)
  expect(plain.out).not.toContain('t2_1')
  const named = await liveflag(['diff', older, all, '--population', people, '--names'])
  expect(named.out).toContain('t2_1  off → on')
})

test('--json, --markdown and --svg say the same', async () => {
  const svg = join(tempDir(), 'diff.svg')
  const json = await liveflag(['diff', older, newer, '--json', '--svg', svg, '--allow', 'gain'])
  const difference = JSON.parse(json.out) as Difference
  expect(difference).toMatchObject({
    isNobody: false,
    compared: 4,
    notAllowed: ['lose', 'switch'],
    features: [{ feature: 'button' }, { feature: 'header' }, { feature: 'search' }],
  })
  const drawn = readFileSync(svg, 'utf8')
  expect(drawn).toContain('10 % gain it')
  expect(drawn.match(/#d55e00/g)).toHaveLength(2)
  const { out } = await liveflag(['diff', older, newer, '--markdown', '--allow', 'gain'])
  expect(out.split('\n')).toEqual(
    expect.arrayContaining([
      '### Who changes',
      '| `search` | `signed in` | gain it: `off` → `on` | 10 % |',
      '| `header` | `signed in, user wendy` | lose it: `on` → `off` | all |',
      '- not allowed: lose',
    ]),
  )
})

test('a name in Markdown is no markup', async () => {
  const before = write('names.yaml', 'feature_a: { users: ["x|y`@z"] }\n')
  const { out } = await liveflag([
    'diff',
    before,
    write('no-names.yaml', 'feature_a: off\n'),
    '--markdown',
  ])
  expect(out).toContain('| `a` | `` signed in, user x\\|y`@z `` |')
})

test('a file is compared with how it was at a revision, by path or by --git', async () => {
  const repo = gitRepo()
  repo.commit('live.yaml', 'feature_a: { percent_loggedin: 1 }\n', 'one')
  repo.write('live.yaml', 'feature_a: { percent_loggedin: 3 }\n')
  const path = repo.path('live.yaml')
  const { code, out } = await liveflag(['diff', '--git', 'HEAD', path])
  expect({ code, line: out.split('\n')[3] }).toEqual({
    code: 0,
    line: '  signed in: 2 % gain it (off → on)',
  })
  const unknown = await liveflag(['diff', '--git', 'nowhere', path])
  expect(unknown).toMatchObject({ code: 2, out: '' })
  expect(unknown.err).toMatch(/nowhere:.*is neither a file nor in a revision of git/)
  expect(unknown.err).toContain(`nowhere:${path} is`)
  expect((await liveflag(['diff', path])).err).toContain('give two live configs, or --git HEAD~1')
})

test('a revision without a path is told from a file that is missing', async () => {
  const repo = gitRepo()
  repo.commit('live.yaml', 'feature_a: on\n', 'one')
  const cwd = jest.spyOn(process, 'cwd').mockReturnValue(repo.dir)
  const bare = await liveflag(['diff', 'HEAD', repo.path('live.yaml')])
  const other = await liveflag(['diff', 'nowhere', repo.path('live.yaml')])
  cwd.mockRestore()
  expect(bare).toMatchObject({
    code: 2,
    err: expect.stringContaining(
      'HEAD is a revision of git; say of which file: HEAD:config/live.yaml, or --git HEAD',
    ) as string,
  })
  expect(other.err).toContain('nowhere is missing')
})

test('a text of a revision that no engine could start with is said as one of the disk is', async () => {
  const repo = gitRepo()
  repo.commit('live.yaml', 'feature_a: [\n', 'Torn')
  const path = repo.path('live.yaml')
  repo.write('live.yaml', 'feature_a: on\n')
  expect(await liveflag(['diff', '--git', 'HEAD', path])).toMatchObject({
    code: 1,
    err: `liveflag: HEAD:${path}:1:12: the "[" that opens here is not closed; add the closing bracket, or indent the lines inside it\n`,
  })
})

test('a directory of a revision is merged as one of the disk is', async () => {
  const repo = gitRepo()
  mkdirSync(repo.path('live.d'))
  repo.write('live.d/b.yaml', 'feature_b: on\n')
  repo.commit('live.d/a.yaml', 'feature_a: on\n', 'one')
  repo.write('live.d/b.yaml', 'feature_b: { gold: true }\n')
  const { out } = await liveflag(['diff', '--git', 'HEAD', repo.path('live.d')])
  expect(out).toContain('signed in: all lose it (on → off)')
  expect(out).toContain('1 feature changes')
})

test('a live config of a URL is read once', async () => {
  const server = createServer((_, response) =>
    response.setHeader('content-type', 'application/yaml').end('feature_search: on\n'),
  )
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  try {
    const { code, out, err } = await liveflag(['diff', older, `http://127.0.0.1:${port}/live.yaml`])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('95 % gain it (off → on)')
  } finally {
    server.close()
  }
})

test('a thousand features are compared in the time of one breath', async () => {
  const text = (percent: number): string =>
    Array.from(
      { length: 1000 },
      (_, i) => `feature_f${i}: { gold: true, users: [gary], percent_loggedin: ${percent} }\n`,
    ).join('')
  const [a, b] = [write('many-a.yaml', text(10)), write('many-b.yaml', text(20))]
  const before = process.cpuUsage()
  const { out } = await liveflag(['diff', a, b])
  const { user, system } = process.cpuUsage(before)
  expect(out).toContain('1000 features change for somebody.')
  // Processor time, which a busy machine does not stretch; a command alone takes a third of it.
  expect((user + system) / 1e6).toBeLessThan(6)
})

test('the units of a store are counted, and a store that is not there is a mistake', async () => {
  const path = join(tempDir(), 'records.db')
  const store = sqliteStore(path)
  await store.write({ exposures: [exposureRow('t2_1', 'a'), exposureRow('t2_2', 'b')] })
  await store.close()
  const all = write('everybody.yaml', 'feature_search: on\n')
  const { out } = await liveflag(['diff', older, all, '--store', path, '--names'])
  expect(out).toContain('of 2 visitors recorded last: 2 gain it (off → on)')
  expect(out).toContain('t2_2  off → on')
  const both = await liveflag(['diff', older, all, '--store', path, '--population', 'x.csv'])
  expect(both).toMatchObject({ code: 2, err: expect.stringContaining('leave out one') as string })
  const missing = await liveflag(['diff', older, all, '--store', `${path}x`])
  expect(missing).toMatchObject({
    code: 2,
    err: expect.stringContaining('cannot be read') as string,
  })
})

describe('two versions of a layer, such as the edits of gates', () => {
  const live = write('ramped.yaml', RAMPED)
  const now = { now: () => new Date(START + 3 * DAY) }
  // The ramp is at 30 %, of which each variant has half.
  const WHO = '    15 % lose it (new → off)\n    15 % switch (control → off)\n'
  const grows = 'ramps: {}\n'
  const failed = block(`
    ramps:
      button:
        - { at: 2026-12-03, outcome: fail, percent: 20, to: 0, reason: more errors }
  `)

  test('are compared over the live config that --base names: who goes out', async () => {
    const [older, newer] = [write('grows.yaml', grows), write('failed.yaml', failed)]
    const { code, out } = await liveflag(['diff', older, newer, '--base', live], now)
    expect(code).toBe(0)
    expect(out).toContain(`${older} → ${newer}\n\nbutton\n`)
    expect(out).toContain(WHO)
    const same = await liveflag(['diff', older, older, '--base', live], now)
    expect(same.out).toContain('Nobody gets another answer')
  })

  test('are compared with --git as they were at a revision, over the live config of then', async () => {
    const repo = gitRepo()
    repo.write('live.yaml', RAMPED)
    repo.commit('gates.yaml', grows, 'begun')
    repo.commit('gates.yaml', failed, 'judged')
    const layer = repo.path('gates.yaml')
    const asked = ['diff', '--git', 'HEAD~1', layer, '--base', repo.path('live.yaml')]
    const { out } = await liveflag(asked, now)
    expect(out).toContain(`HEAD~1:${layer} → ${layer}\n\nbutton\n`)
    expect(out).toContain(WHO)
  })

  test('are nothing without it, and the way is said', async () => {
    const [older, newer] = [write('grows.yaml', grows), write('failed.yaml', failed)]
    const { code, err } = await liveflag(['diff', older, newer], now)
    expect([code, err]).toEqual([1, expect.stringContaining('with --base config/live.yaml')])
  })
})
