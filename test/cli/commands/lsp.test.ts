/** `liveflag lsp`, driven by the protocol's own client over the pipes of the built command. */
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  createProtocolConnection,
  type Diagnostic,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node'
import { checkText } from '../../../src/live-config/check'
import { tempDir } from '../../support/temp-dir'
import { writeAll } from '../installed-app'
import { endChildren, start } from '../spawned'

const LIVE = `# yaml-language-server: $schema=./live-config.schema.json
feature_checkout:
  description: The [new](http://evil) checkout
  owner: ann
  percent_loggedin: 25
feature_cart: { users: [gary], employee: true }
`
const CODE = `import { features } from './features'
export const page = () => (features.isEnabled('checkout') ? 'new' : features.variant("cart"))
export const other = () => features.isEnabled('')
`

const dir = tempDir()
writeAll(dir, { 'package.json': '{}', 'config/live.yaml': LIVE, 'src/page.ts': CODE })
const uriOf = (path: string): string => pathToFileURL(join(dir, path)).href
const live = uriOf('config/live.yaml')
const code = uriOf('src/page.ts')

let client: ProtocolConnection
let child: ChildProcess
const published = new Map<
  string,
  (found: { version?: number; diagnostics: Diagnostic[] }) => void
>()

beforeAll(async () => {
  const server = start(['lsp', '--stdio'])
  child = server
  client = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  )
  client.onNotification(
    'textDocument/publishDiagnostics',
    (found: { uri: string; version?: number; diagnostics: Diagnostic[] }) =>
      published.get(found.uri)?.(found),
  )
  client.listen()
  await client.sendRequest('initialize', {
    processId: null,
    capabilities: {},
    rootUri: null,
    workspaceFolders: [{ uri: pathToFileURL(dir).href, name: 'app' }],
  })
  await client.sendNotification('initialized', {})
  await open(code, 'typescript', CODE)
  await diagnosed(live, () => open(live, 'yaml', LIVE))
})

afterAll(async () => {
  await client.sendRequest('shutdown')
  const ended = new Promise((resolve) => child.once('close', resolve))
  await client.sendNotification('exit')
  expect(await ended).toBe(0)
  client.dispose()
  endChildren()
})

const open = (uri: string, languageId: string, text: string, version = 1): Promise<void> =>
  client.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId, version, text },
  })

/** The problems that are published for a document after `change`. */
async function diagnosed(
  uri: string,
  change: () => Promise<void>,
  version = 1,
): Promise<Diagnostic[]> {
  const found = new Promise<Diagnostic[]>((resolve) =>
    published.set(uri, (one) => {
      if (one.version === version) resolve(one.diagnostics)
    }),
  )
  await change()
  return found
}

/** The place of `|` in a text, and the text without it. */
function cursor(marked: string): { text: string; position: { line: number; character: number } } {
  const at = marked.indexOf('|')
  const before = marked.slice(0, at).split('\n')
  return {
    text: marked.slice(0, at) + marked.slice(at + 1),
    position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 },
  }
}

const placeIn = (text: string, word: string, plus = 0) => {
  const before = text.slice(0, text.indexOf(word) + plus).split('\n')
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 }
}

let scratchFiles = 0
async function completed(
  marked: string,
  ending = 'yaml',
): Promise<{ labels: string[]; texts: Map<string, string | undefined> }> {
  const { text, position } = cursor(marked)
  const uri = uriOf(`new-${++scratchFiles}.${ending}`)
  await open(uri, ending, text)
  const items = await client.sendRequest<{ label: string; textEdit?: { newText: string } }[]>(
    'textDocument/completion',
    { textDocument: { uri }, position },
  )
  return {
    labels: items.map(({ label }) => label),
    texts: new Map(items.map(({ label, textEdit }) => [label, textEdit?.newText])),
  }
}

test.each<[string, string, string, string[]]>([
  [
    'a key on a line of its own',
    'yaml',
    'feature_a:\n  percent_loggedin: 5\n  us|\n',
    ['users', 'percent_loggedin', 'experiment'],
  ],
  ['a key in braces', 'yaml', 'feature_a: { employee: true, us| }\n', ['users', 'url']],
  [
    'a key of an experiment',
    'yaml',
    'feature_a:\n  experiment:\n    |\n',
    ['variants', 'loggedin'],
  ],
  ['a key of JSON', 'json', '{\n  "feature_a": { "us|" }\n}', ['users', 'url']],
  ['a key of JSON in ini', 'ini', '[live_config]\nfeature_a = {"us|"}\n', ['users', 'url']],
])('completes %s', async (_, ending, marked, expected) => {
  expect((await completed(marked, ending)).labels).toEqual(expect.arrayContaining(expected))
})

test.each([
  ['of a feature', 'yaml', 'feature_a: o|\n', ['on', 'off']],
  ['of a selector', 'yaml', 'feature_a:\n  enabled: |\n', ['on', 'off']],
  ['of a role', 'yaml', 'feature_a:\n  employee: |\n', ['true', 'false']],
  ['of a list', 'yaml', 'feature_a:\n  url_for: [adm|]\n', ['admin', 'employee']],
  ['in JSON', 'json', '{"feature_a": {"enabled": |}}', ['on', 'off']],
])('completes a value %s', async (_, ending, marked, expected) => {
  expect((await completed(marked, ending)).labels).toEqual(expect.arrayContaining(expected))
})

test('a key comes with its colon, and in JSON with its quotes', async () => {
  const [yaml, json] = [
    await completed('feature_a:\n  |\n'),
    await completed('{"feature_a": {|}}', 'json'),
  ]
  expect([yaml, json].map(({ texts }) => texts.get('enabled'))).toEqual([
    'enabled: ',
    '"enabled": ',
  ])
})

test.each([
  '# feature_a: |',
  'feature_a:\n  # us|',
  '{{{{ |',
  '\u0000|\uFFFF',
  'feature_a: &a [*a, |',
])('offers nothing, and ends nothing, in %j', async (marked) => {
  expect((await completed(marked)).labels).toEqual([])
})

test('says who has a feature, in words, and escapes its notes', async () => {
  const hover = await client.sendRequest<{ contents: { value: string } }>('textDocument/hover', {
    textDocument: { uri: live },
    position: placeIn(LIVE, 'feature_checkout', 3),
  })
  expect(hover.contents.value).toContain('- 25 % of signed-in visitors')
  expect(hover.contents.value).toContain('- owner: ann')
  expect(hover.contents.value).toContain('\\[new\\]\\(http://evil\\)')
})

test('says what a key means', async () => {
  const hover = await client.sendRequest<{ contents: { value: string } }>('textDocument/hover', {
    textDocument: { uri: live },
    position: placeIn(LIVE, 'percent_loggedin', 3),
  })
  expect(hover.contents.value).toMatch(/^`percent_loggedin`: .*signed-in/)
})

test('from a name in code: who has it, and where its entry is', async () => {
  const at = { textDocument: { uri: code }, position: placeIn(CODE, "'checkout", 4) }
  const hover = await client.sendRequest<{ contents: { value: string } }>('textDocument/hover', at)
  expect(hover.contents.value).toContain('25 % of signed-in visitors')
  expect(await client.sendRequest('textDocument/definition', at)).toEqual({
    uri: live,
    range: { start: { line: 1, character: 0 }, end: { line: 1, character: 16 } },
  })
})

test('within the quotes of a question: the names of the live config', async () => {
  const position = placeIn(CODE, "isEnabled('')", "isEnabled('".length)
  const items = await client.sendRequest<{ label: string }[]>('textDocument/completion', {
    textDocument: { uri: code },
    position,
  })
  expect(items.map(({ label }) => label)).toEqual(['checkout', 'cart'])
})

test('outside of any name in code there is nothing to say', async () => {
  const at = { textDocument: { uri: code }, position: { line: 0, character: 3 } }
  expect(await client.sendRequest('textDocument/hover', at)).toBeNull()
  expect(await client.sendRequest('textDocument/definition', at)).toBeNull()
  expect(await client.sendRequest('textDocument/completion', at)).toEqual([])
})

test('from an entry: every place of the code that asks for it', async () => {
  const places = await client.sendRequest('textDocument/references', {
    textDocument: { uri: live },
    position: placeIn(LIVE, 'feature_cart', 3),
    context: { includeDeclaration: false },
  })
  const start = placeIn(CODE, '"cart"', 1)
  expect(places).toEqual([
    { uri: code, range: { start, end: { ...start, character: start.character + 4 } } },
  ])
})

test('lists the entries as symbols, also of a broken text', async () => {
  const uri = uriOf('broken.yaml')
  await open(uri, 'yaml', 'feature_a: {\nfeature_b: on\n')
  const symbols = await client.sendRequest<{ name: string }[]>('textDocument/documentSymbol', {
    textDocument: { uri },
  })
  expect(symbols.map(({ name }) => name)).toEqual(['a', 'b'])
})

test('problems are those of check, while somebody types, without a file', async () => {
  const uri = 'untitled:unsaved.yaml'
  const text = 'feature_a:\n  precent_loggedin: 5\n'
  const found = await diagnosed(uri, () => open(uri, 'yaml', text))
  const expected = checkText(text).problems.map(
    ({ line = 0, column = 0, code: name, message }) => ({
      line: line - 1,
      character: column - 1,
      code: name,
      message,
    }),
  )
  expect(
    found.map(({ range: { start: at }, code: name, message }) => ({ ...at, code: name, message })),
  ).toEqual(expected)
  expect(found[0]?.range.end).toEqual({ line: 1, character: 18 })
  // Only the letters that changed are sent.
  const after = await diagnosed(
    uri,
    () =>
      client.sendNotification('textDocument/didChange', {
        textDocument: { uri, version: 2 },
        contentChanges: [
          {
            range: { start: { line: 1, character: 2 }, end: { line: 1, character: 5 } },
            text: 'per',
          },
          {
            range: { start: { line: 1, character: 20 }, end: { line: 1, character: 21 } },
            text: '25',
          },
        ],
      }),
    2,
  )
  expect(after).toEqual([])
})

test('a large text is judged in slices: questions are answered meanwhile', async () => {
  const uri = uriOf('large.yaml')
  const text = Array.from(
    { length: 20_000 },
    (_, n) => `feature_f${n}: { percent_loggedin: ${n % 100}, users: [a${n}] }\n`,
  ).join('')
  const order: string[] = []
  const problems = diagnosed(uri, () =>
    open(uri, 'yaml', `${text}feature_z: { usres: [a] }\n`),
  ).then((found) => {
    order.push('problems')
    return found
  })
  await client.sendRequest('textDocument/hover', {
    textDocument: { uri: code },
    position: { line: 0, character: 0 },
  })
  order.push('answer')
  expect((await problems).map(({ code: name }) => name)).toEqual(['unknown-key'])
  expect(order).toEqual(['answer', 'problems'])
})

test('of a test file: the keys of a test, and its problems, names of the live config included', async () => {
  const text = 'tests:\n  - nobody: { loggedIn: false }\n    gets: chekout\n'
  const uri = uriOf('config/live.test.yaml')
  const found = await diagnosed(uri, () => open(uri, 'yaml', text))
  expect(found).toMatchObject([
    { message: expect.stringContaining('did you mean checkout?') as string },
  ])
  expect((await completed('tests:\n  - nobody: { | }\n', 'test.yaml')).labels).toEqual(
    expect.arrayContaining(['loggedIn', 'admin']),
  )
  expect((await completed('tests:\n  - {a|}\n', 'test.yaml')).labels).toEqual(
    expect.arrayContaining(['as', 'atMost', 'nobody']),
  )
})
