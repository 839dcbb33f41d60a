/** `liveflag completion`: what a tab offers, asked of the command, and of a real bash. */
import { spawnSync } from 'node:child_process'
import { dirname } from 'node:path'
import { liveflag, scratch } from '../captured-terminal'
import { main } from '../spawned'

const path = scratch()('live.yaml', 'feature_checkout: on\nfeature_cart: off\nfeature_search: on\n')
const broken = scratch()('broken.yaml', 'feature_a: {')

/** What is offered for the last of the words. */
async function offered(...words: string[]): Promise<string[]> {
  const { code, out } = await liveflag(['complete', '--', ...words])
  expect(code).toBe(0)
  return out
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t')[0] ?? '')
}

test.each<[string, string[], string[]]>([
  ['commands', ['ex'], ['explain', 'experiment']],
  ['commands of a command', ['token', ''], ['create', 'list', 'revoke']],
  ['options', ['check', '--al'], ['--allow-warnings']],
  ['values of an option', ['eval', '--format', 'y'], ['yaml']],
  ['values behind =, which bash takes for a word', ['eval', '--format', '=', 'y'], ['yaml']],
  ['files for an option that has no list', ['eval', '--batch', ''], [':files']],
  ['files for FILE', ['check', ''], [':files']],
  ['files for each of several', ['check', 'a.yaml', 'b'], [':files']],
  ['features of the file that was given', ['explain', path, 'c'], ['cart', 'checkout']],
  ['a second feature', ['eval', path, 'search', 'ch'], ['checkout']],
  ['features behind an option with a value', ['eval', '--compat', 'r2', path, 's'], ['search']],
  ['shells', ['completion', 'f'], ['fish']],
  ['nothing in a file that cannot be read', ['explain', broken, ''], []],
  ['nothing from stdin', ['explain', '-', ''], []],
  ['nothing where no word is expected', ['schema', ''], []],
])('offers %s', async (_, words, expected) => {
  expect(await offered(...words)).toEqual(expected)
})

test('no command that the help hides is offered', async () => {
  expect(await offered('comp')).toEqual(['completion'])
})

test.each(['bash', 'zsh', 'fish', 'powershell'])(
  'prints the script of %s, which asks the command',
  async (shell) => {
    const { code, out } = await liveflag(['completion', shell])
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringContaining('liveflag complete -- '),
    })
  },
)

test('refuses a shell that it does not know', async () => {
  const { code, err } = await liveflag(['completion', 'csh'])
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("'csh' is invalid") })
})

/** What a bash with the script has in COMPREPLY at the end of a line. */
function inBash(words: readonly string[]): string[] {
  const script = `
    liveflag() { "$NODE" "$MAIN" "$@"; }
    source <(liveflag completion bash)
    COMP_WORDS=(liveflag "$@"); COMP_CWORD=$#
    _liveflag 2>/dev/null
    printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout } = spawnSync('bash', ['--norc', '-c', script, 'bash', ...words], {
    cwd: dirname(path),
    env: { ...process.env, NODE: process.execPath, MAIN: main },
    encoding: 'utf8',
  })
  return stdout.split('\n').filter((line) => line !== '')
}

test.each([
  ['features', ['explain', 'live.yaml', 'ca'], ['cart']],
  ['files', ['check', 'liv'], ['live.yaml']],
  ['nothing, and runs nothing that is typed', ['explain', 'live.yaml', '$(echo c)'], []],
])('a bash completes %s', (_, words, expected) => {
  expect(inBash(words)).toEqual(expected)
})
