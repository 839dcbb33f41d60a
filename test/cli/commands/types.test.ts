/** `liveflag types FILE`: the features of a live config for the compiler. */
import { mkdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { block, liveflag, scratch, Started } from '../captured-terminal'

const write = scratch()
let files = 0
const file = (text: string, ending = 'yaml'): string => write(`live-${++files}.${ending}`, text)
const beside = (path: string, name: string): string => join(dirname(path), `${files}-${name}`)
const textOf = (path: string): string => readFileSync(path, 'utf8')

const LIVE = block(`
  feature_search: on
  feature_checkout:
    description: The page where people pay.
    owner: shop@example.com
    expires: 2027-03-01
    client: true
    experiment:
      loggedin: true
      variants: [{ name: old }, { name: new }]
  feature_page_size:
    default: 20
    rules: [{ condition: { country: NZ }, force: 50 }]
`)

const TYPES = block(`
  /* eslint-disable */
  export {}

  declare module 'liveflag' {
    interface FeatureTypes {
      /**
       * The page where people pay.
       * Owner: shop@example.com
       * Expires: 2027-03-01
       */
      checkout: { variant: 'new' | 'old'; value: never; client: true }
      page_size: { variant: never; value: number }
      search: { variant: never; value: never }
    }
  }
`)

const header = (path: string): string =>
  `// The features of ${path}, written by \`liveflag types\`. Run it again instead of editing this file.\n`

test('prints the types, sorted by name, with what people should know', async () => {
  const path = file(LIVE)
  expect(await liveflag(['types', path])).toEqual({ code: 0, out: header(path) + TYPES, err: '' })
})

test('reads stdin, JSON, ini, GrowthBook payloads and directories', async () => {
  const { out } = await liveflag(['types', '-'], { stdin: LIVE })
  expect(out).toBe(header('stdin') + TYPES)
  const ini = await liveflag(['types', file('[live_config]\nfeature_a = on\n', 'ini')])
  expect(ini.out).toContain(' a: { variant: never; value: never }')
  const payload = file(
    '{"features": {"p": {"defaultValue": "x", "rules": [{"variations": ["x", "y"], "meta": [{"key": "a"}]}]}}}',
    'json',
  )
  expect((await liveflag(['types', payload])).out).toContain(
    "p: { variant: '1' | 'a'; value: string }",
  )
  const folder = beside(payload, 'folder')
  mkdirSync(folder)
  renameSync(file('feature_a: on\n'), join(folder, 'a.yaml'))
  renameSync(file('feature_b: on\n'), join(folder, 'b.yaml'))
  expect((await liveflag(['types', folder])).out).toMatch(/ a: .* b: /s)
})

test('--out writes the file, and leaves it alone when it is as it should be', async () => {
  const path = file(LIVE)
  const out = beside(path, 'liveflag.d.ts')
  expect(await liveflag(['types', path, '--out', out])).toEqual({
    code: 0,
    out: `${out}: 3 features\n`,
    err: '',
  })
  expect(textOf(out)).toBe(header(`live-${files}.yaml`) + TYPES)
  const { mtimeNs } = statSync(out, { bigint: true })
  expect((await liveflag(['types', path, '--out', out])).out).toBe(
    `${out}: 3 features, as before\n`,
  )
  expect(statSync(out, { bigint: true }).mtimeNs).toBe(mtimeNs)
})

test('--check exits 1 when what is there is not what would be written, and writes nothing', async () => {
  const path = file(LIVE)
  const out = beside(path, 'liveflag.d.ts')
  const check = (): ReturnType<typeof liveflag> =>
    liveflag(['types', path, '--out', out, '--check'])
  const stale = {
    code: 1,
    out: '',
    err: `liveflag: ${out} is out of date; run liveflag types without --check and commit what it writes\n`,
  }
  expect(await check()).toEqual(stale)
  await liveflag(['types', path, '--out', out])
  expect(await check()).toEqual({ code: 0, out: '', err: '' })
  write(out.slice(dirname(out).length + 1), 'export {}\n')
  expect(await check()).toEqual(stale)
  expect(textOf(out)).toBe('export {}\n')
})

test('an edit that moves a rollout changes no byte', async () => {
  const before = await liveflag(['types', '-'], { stdin: 'feature_a: { percent_loggedin: 5 }\n' })
  const after = await liveflag(['types', '-'], { stdin: 'feature_a: { percent_loggedin: 50 }\n' })
  expect(after).toEqual(before)
})

test('a live config with errors writes nothing, and says what is wrong where', async () => {
  const path = file('feature_a: on\nfeature_b: { percent_loggedin: much }\n')
  const out = beside(path, 'liveflag.d.ts')
  const { code, err } = await liveflag(['types', path, '--out', out])
  expect(code).toBe(1)
  expect(err).toContain(`${path}:2:`)
  expect(err).toContain('1 problem, so no types are written; what is there stays as it is')
  expect(() => textOf(out)).toThrow('ENOENT')
})

test('an entry with a selector of the application has types', async () => {
  const { code, out } = await liveflag(['types', '-'], {
    stdin: 'feature_a: { country: [NZ], experiment: { loggedin: true, variants: { red: 5 } } }\n',
  })
  expect(code).toBe(0)
  expect(out).toContain("a: { variant: 'control_1' | 'control_2' | 'red'; value: never }")
})

test('--manifest writes a flag manifest, and says what it cannot hold', async () => {
  const path = file(`${LIVE}feature_mixed: { default: 1, rules: [{ force: a }] }\n`)
  const manifest = beside(path, 'flags.json')
  const { code, err } = await liveflag(['types', path, '--manifest', manifest])
  expect({ code, err }).toEqual({
    code: 0,
    err: 'liveflag: feature_mixed is not in the manifest: its values are of several types: number, string\n',
  })
  expect(JSON.parse(textOf(manifest))).toMatchObject({
    flags: {
      checkout: {
        flagType: 'string',
        defaultValue: '',
        description: 'The page where people pay.',
      },
      page_size: { flagType: 'integer', defaultValue: 20 },
      search: { flagType: 'boolean', defaultValue: false },
    },
  })
})

test('--watch follows the file, and keeps the last types while an edit is bad', async () => {
  const path = file('feature_a: on\n')
  const out = beside(path, 'liveflag.d.ts')
  const replace = (text: string): void => renameSync(write('next.yaml', text), path)
  const started = new Started(['types', path, '--out', out, '--watch'])
  try {
    expect(await started.line(1)).toBe(`${out}: 1 feature`)
    replace('feature_a: on\nfeature_b: {{\n')
    await started.complaint('no types are written')
    expect(textOf(out)).not.toContain(' b: ')
    replace('feature_a: on\nfeature_b: on\n')
    expect(await started.line(2)).toBe(`${out}: 2 features`)
    expect(textOf(out)).toContain(' b: ')
  } finally {
    started.interrupt()
  }
  expect(await started.ended).toBe(0)
})

test.each([
  [['--watch'], '--watch needs a file; name it by --out or --manifest'],
  [['--check'], '--check needs a file; name it by --out or --manifest'],
  [['--check', '--watch', '--out', 'x.d.ts'], '--check reads once; leave out --watch'],
])('%j is a mistake of usage', async (flags, message) => {
  const path = file('feature_a: on\n')
  expect(await liveflag(['types', path, ...flags])).toEqual({
    code: 2,
    out: '',
    err: `liveflag: ${message}\n`,
  })
})

test('a file that cannot be written is one line', async () => {
  const path = file('feature_a: on\n')
  const { code, err } = await liveflag(['types', path, '--out', '/nowhere/at/all.d.ts'])
  expect(code).toBe(2)
  expect(err).toMatch(/^liveflag: \/nowhere\/at\/all\.d\.ts cannot be written: .*\n$/)
})
