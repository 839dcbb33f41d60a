/** The command line itself: help, usage errors, exit codes. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { version } from '../../package.json'
import { liveflag, scratch } from './captured-terminal'

const path = scratch()('live.yaml', 'feature_a: on\n')
const commands = [
  'check',
  'explain',
  'eval',
  'experiment',
  'gates',
  'audit',
  'plan',
  'simulate',
  'test',
  'diff',
  'bisect',
  'at',
  'publish',
  'history',
  'rollback',
  'watch',
  'usage',
  'stale',
  'types',
  'remove',
  'edit',
  'reweight',
  'schema',
  'serve',
  'link',
  'token',
  'sync',
  'init',
  'doctor',
  'owners',
  'lsp',
  'mcp',
  'completion',
]

test('--help lists the commands and the exit codes', async () => {
  const { code, out } = await liveflag(['--help'])
  const listed = [...out.matchAll(/^ {2}(\w+) \[options\]/gm)].map(([, name]) => name)
  expect({ code, listed, out }).toEqual({
    code: 0,
    listed: commands,
    out: expect.stringMatching(/0 {2}fine\n {2}1 .*\n {2}2 /),
  })
})

test('--version is the version of the package', async () => {
  expect(await liveflag(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' })
})

test.each(commands)('%s takes -h, --format and --compat', async (command) => {
  const { code, out } = await liveflag([command, '-h'])
  expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/--format [^]*--compat /) })
})

test.each([
  ['an unknown command', ['chek', path], "unknown command 'chek' (Did you mean check?)"],
  ['an unknown option', ['check', path, '--jsn'], "unknown option '--jsn' (Did you mean --json?)"],
  [
    'an unknown format',
    ['check', path, '--format', 'toml'],
    expect.stringContaining("'toml' is invalid. Allowed choices are yaml, json, ini."),
  ],
  [
    'unknown semantics',
    ['check', path, '--compat', 'r3'],
    expect.stringContaining("'r3' is invalid."),
  ],
  ['a missing file', ['check'], "missing required argument 'files'"],
  ['a missing feature', ['explain', path], "missing required argument 'feature'"],
  [
    'a second feature',
    ['explain', path, 'a', 'b'],
    expect.stringContaining("too many arguments for 'explain'."),
  ],
])('%s is one line on stderr, and exits 2', async (_, args, message) => {
  const { code, out, err } = await liveflag(args)
  expect({ code, out, message: err.replace(/^liveflag: (.*)\n$/, '$1') }).toEqual({
    code: 2,
    out: '',
    message,
  })
})

test.each([
  ['check'],
  ['explain', 'a'],
  ['eval'],
  ['experiment', 'a'],
  ['simulate', 'a'],
  ['watch'],
])(
  '%s takes an empty path for a mistake, not for the working directory',
  async (command, ...more) => {
    expect(await liveflag([command, '', ...more])).toEqual({
      code: 2,
      out: '',
      err: 'liveflag: FILE is empty; give a path\n',
    })
  },
)

test('no command at all shows the help on stderr, and exits 2', async () => {
  expect(await liveflag([])).toEqual({
    code: 2,
    out: '',
    err: expect.stringMatching(/^Usage: liveflag /),
  })
})

test('schema prints the schema that config/ ships', async () => {
  const { code, out } = await liveflag(['schema'])
  expect({ code, out }).toEqual({
    code: 0,
    out: readFileSync(join(__dirname, '../../config/live-config.schema.json'), 'utf8'),
  })
})
