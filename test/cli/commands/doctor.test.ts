/** `liveflag doctor`: one finding for each way in which an installation can be wrong. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { checks } from '../../../src/cli/doctor/checks'
import { isAtLeast } from '../../../src/cli/doctor/packages'
import { liveflag } from '../captured-terminal'
import { installedApp, writeAll } from '../installed-app'
import { tempDir } from '../../support/temp-dir'

interface Found {
  readonly check: string
  readonly level: string
  readonly text: string
  readonly todo?: string
}

async function examine(
  dir: string,
  ...args: string[]
): Promise<{ code: number; findings: Found[] }> {
  const { code, out } = await liveflag(['doctor', dir, '--json', ...args])
  return { code, findings: (JSON.parse(out) as { findings: Found[] }).findings }
}

const LIVE = '# yaml-language-server: $schema=x\nfeature_a: on\n'
const APP = "import { openFeatures } from 'liveflag'\napp.use(expressFeatures(features))\n"
const GOOD = { 'config/live.yaml': LIVE, 'src/app.ts': APP }
const MANIFEST = { dependencies: { liveflag: '*' } }
const pkg = (version: string): string => JSON.stringify({ version })

/** An application without the packages of this one. */
function bare(files: Readonly<Record<string, string>>, manifest: object = MANIFEST): string {
  const dir = tempDir()
  writeAll(dir, {
    'package.json': JSON.stringify(manifest),
    'node_modules/liveflag/package.json': pkg('0.1.0'),
    ...files,
  })
  return dir
}

test('a sound application has no problem, and says so', async () => {
  const dir = installedApp(MANIFEST, {
    ...GOOD,
    'tsconfig.json': '{"compilerOptions": {"module": "node16"}}',
  })
  const { code, findings } = await examine(dir)
  expect({ code, bad: findings.filter(({ level }) => level === 'problem') }).toEqual({
    code: 0,
    bad: [],
  })
  const known = checks.map(({ name }) => name)
  expect([...new Set(findings.map(({ check }) => check))]).toEqual(
    known.filter((name) => name !== 'store'),
  )
})

test('types that say what the live config says are found, whatever wrote the line breaks', async () => {
  const dir = bare({ ...GOOD, 'tsconfig.json': '{}' })
  const out = join(dir, 'src', 'features.d.ts')
  await liveflag(['types', join(dir, 'config', 'live.yaml'), '--out', out])
  const of = async () => (await examine(dir)).findings.filter(({ check }) => check === 'types')
  const good = [
    { check: 'types', level: 'ok', text: expect.stringContaining('features.d.ts has') as string },
  ]
  expect(await of()).toEqual(good)
  writeFileSync(out, readFileSync(out, 'utf8').replaceAll('\n', '\r\n'))
  expect(await of()).toEqual(good)
  writeFileSync(join(dir, 'config', 'live.yaml'), `${LIVE}feature_b: on\n`)
  expect(await of()).toMatchObject([{ level: 'warning' }])
})

const rows: readonly [string, string, string, RegExp, Record<string, string>, object?][] = [
  ['package', 'problem', 'liveflag is not named', /does not name liveflag/, GOOD, {}],
  [
    'package',
    'warning',
    'liveflag is for development only',
    /not among the dependencies/,
    GOOD,
    { devDependencies: { liveflag: '*' } },
  ],
  [
    'copies',
    'warning',
    'a package brings its own liveflag',
    /2 copies of liveflag: 0\.0\.9 in .*, 0\.1\.0 in/,
    { ...GOOD, 'node_modules/@x/y/node_modules/liveflag/package.json': pkg('0.0.9') },
  ],
  [
    'peers',
    'problem',
    'a peer is too old',
    /fastify 4\.29\.0, and liveflag works with >=5/,
    { ...GOOD, 'node_modules/fastify/package.json': pkg('4.29.0') },
  ],
  [
    'live config',
    'problem',
    'there is no live config',
    /no live config found/,
    { 'src/app.ts': APP },
  ],
  [
    'live config',
    'problem',
    'an entry is refused',
    /1 problem; the first: .*live\.yaml:2:14: .*percent_loggedin/,
    {
      ...GOOD,
      'config/live.yaml': `# yaml-language-server: $schema=x\nfeature_a: { precent_loggedin: 5 }\n`,
    },
  ],
  [
    'schema',
    'warning',
    'the live config does not name its schema',
    /does not name its schema/,
    { ...GOOD, 'config/live.yaml': 'feature_a: on\n' },
  ],
  [
    'types',
    'warning',
    'the generated types are out of date',
    /src\/feature-types\.d\.ts is out of date/,
    {
      ...GOOD,
      'tsconfig.json': '{}',
      'src/feature-types.d.ts':
        '// The features of ../config/live.yaml, written by `liveflag types`.\n',
    },
  ],
  [
    'wiring',
    'problem',
    'nothing imports liveflag',
    /no file of the project imports liveflag/,
    { 'config/live.yaml': LIVE },
  ],
  [
    'wiring',
    'warning',
    'no request is passed to liveflag',
    /no file passes a request/,
    { ...GOOD, 'src/app.ts': "import { openFeatures } from 'liveflag'" },
  ],
  [
    'context',
    'warning',
    'a body parser loses the request',
    /body-parser 1\.19\.0 calls back outside/,
    { ...GOOD, 'node_modules/body-parser/package.json': pkg('1.19.0') },
  ],
]

test.each(
  rows.map(([check, level, when, text, files, manifest = MANIFEST]) => ({
    ...{ check, level, when, text, files, manifest },
  })),
)('$check is a $level when $when', async ({ check, level, text, files, manifest }) => {
  const { code, findings } = await examine(bare(files, manifest))
  expect(findings).toContainEqual({
    check,
    level,
    text: expect.stringMatching(text),
    todo: expect.any(String),
  })
  expect(code).toBe(
    level === 'problem' ? 1 : findings.some((finding) => finding.level === 'problem') ? 1 : 0,
  )
})

test('TypeScript that finds no subpath is a problem', async () => {
  const dir = installedApp(MANIFEST, {
    ...GOOD,
    'tsconfig.json': '{"compilerOptions": {"module": "es2022", "moduleResolution": "classic"}}',
  })
  const { findings } = await examine(dir)
  expect(findings).toContainEqual(
    expect.objectContaining({ check: 'TypeScript', level: 'problem' }),
  )
})

test('the live config that the code opens is examined, before the usual ones', async () => {
  const dir = bare({
    ...GOOD,
    'flags/my.yaml': LIVE,
    'src/app.ts': `${APP}openFeatures({ source: 'flags/my.yaml' })`,
  })
  const { findings } = await examine(dir)
  expect(findings).toContainEqual({
    check: 'live config',
    level: 'ok',
    text: 'flags/my.yaml: 1 feature, no problems',
  })
})

test('a store is reached, or not, without its password in the answer', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  // A server that listens at any address of a port has one.
  const { port } = server.address() as AddressInfo
  const url = `postgres://me:secret@127.0.0.1:${port}/flags`
  const dir = bare(GOOD)
  const reached = await examine(dir, '--store', url)
  await new Promise((resolve) => server.close(resolve))
  const away = await examine(dir, '--store', url)
  const last = [reached, away].map(({ code, findings }) => ({ code, store: findings.at(-1) }))
  expect(last).toEqual([
    {
      code: 0,
      store: {
        check: 'store',
        level: 'ok',
        text: expect.stringContaining(`127.0.0.1:${port} answers`),
      },
    },
    {
      code: 1,
      store: expect.objectContaining({
        check: 'store',
        level: 'problem',
        text: expect.stringContaining('ECONNREFUSED'),
      }),
    },
  ])
  expect(JSON.stringify([reached, away])).not.toContain('secret')
})

test.each(['mongodb://me:s3cret@host/flags', 'postgres://me:12/s3cret@host/flags'])(
  'a store that is no URL of PostgreSQL is not repeated: %s',
  async (url) => {
    const { findings } = await examine(bare(GOOD), '--store', url)
    expect(findings.at(-1)).toMatchObject({
      check: 'store',
      level: 'problem',
      text: 'the URL of the store is not valid',
    })
    expect(JSON.stringify(findings)).not.toContain('s3cret')
  },
)

test('people read one line for each finding, with what to do below it', async () => {
  const { code, out } = await liveflag(['doctor', bare({ 'config/live.yaml': LIVE })])
  expect({ code, out }).toEqual({
    code: 1,
    out: expect.stringMatching(
      /^problem {2}wiring .*imports liveflag\n +→ run liveflag init.*\n[^]*1 problem, 0 warnings\n$/m,
    ),
  })
})

test.each([
  ['20.20.2', '>=20', true],
  ['19.9.0', '>=20', false],
  ['8.11.0', '>=8.11', true],
  ['8.9.9', '>=8.11', false],
  ['5.0.0-beta.1', '>=4', true],
])('version %s is in %s: %s', (version, range, expected) => {
  expect(isAtLeast(version, range)).toBe(expected)
})

test('every check has a name of its own', () => {
  const names = checks.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
})
