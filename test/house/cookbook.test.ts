/**
 * Every recipe of the cookbook that is code is run to its end, as a script of its own: it ends by
 * itself, without an error and without a warning, such as that of a writer whose rows were lost.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import ts from 'typescript'
import { type Fence, fencesOf, textOf } from './markdown'
import { root } from './files'

const PAGE = 'docs/cookbook.md'
const folder = mkdtempSync(join(tmpdir(), 'liveflag-cookbook-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Asks an Express application, and ends it. */
const ask = (path: string, headers = ''): string => `
  const server = app.listen(0)
  await once(server, 'listening')
  const response = await fetch('http://localhost:' + server.address().port + '${path}', { headers: { ${headers} } })
  console.log(response.status, await response.text())
  server.close()`

/** What the reader of a recipe does with it, and what the script then prints. */
const USED: Readonly<Record<string, { readonly by: string; readonly prints: string }>> = {
  'Gate an Express route': {
    by: `${ask('/rules', "'x-session': 'a1b2'")}\nawait features.close()`,
    prints: '200 the rules',
  },
  'Tell the browser': {
    // The middleware is in the recipe above.
    by: `
      const features = await openFeatures({ source: 'config/live.yaml' })
      const page = app
      app = express().use(expressFeatures(features)).use(page)
      ${ask('/')}
      await features.close()`,
    prints:
      '200 <h1>Shop</h1><script type="application/json" id="liveflag">' +
      '{"features":{"new_header":{"enabled":false},"page_size":{"enabled":true,"value":20}}}' +
      '</script><script src="/app.js"></script>',
  },
  'Ask in a background job': {
    by: `
      console.log(deliver({ to: { id: 't2_x', login: 'x', gold: true }, subreddit: 'wtf' }))
      await nightly(async () => undefined)
      await features.close()`,
    prints: 'inbox',
  },
  'Exposures to a queue': {
    // Its timer keeps the process alive until it is told to end.
    by: "process.emit('SIGTERM')",
    prints: '',
  },
  'Run an experiment from end to end': {
    by: `
      const again = sqliteStore('records.db')
      console.log(await again.snapshot((reports) => reports.conversionCounts()))
      await again.close()`,
    prints: "long\n[ { name: 'signup', conversions: 1 } ]",
  },
  'Move from r2': { by: '', prints: 'refused by the default: []' },
}

interface Recipe {
  readonly name: string
  readonly code: string
  readonly configs: readonly string[]
}

const isOf = (language: string, { info }: Fence): boolean => info.split(' ')[0] === language

/** The code of each section, in as many scripts as it begins, with the live configs of the section. */
function recipes(): readonly Recipe[] {
  const headings = [...textOf(PAGE).split('\n').entries()].filter(([, line]) => /^## /.test(line))
  const fences = fencesOf(PAGE)
  return headings.flatMap(([start, heading], i) => {
    const end = headings[i + 1]?.[0] ?? Infinity
    const own = fences.filter(({ line }) => line > start && line <= end)
    const configs = own.filter((fence) => isOf('yaml', fence)).map((fence) => fence.text)
    const scripts: string[] = []
    for (const fence of own.filter((one) => isOf('ts', one) && !one.info.includes('sketch'))) {
      const before = fence.info.includes('continues') ? (scripts.pop() ?? '') : ''
      scripts.push(before + fence.text)
    }
    return scripts.map((code) => ({ name: heading.slice(3), code, configs }))
  })
}

const all = recipes()

/** What recipes take from the reader's own code. */
const PRELUDE = `
  globalThis.send = async () => undefined
  globalThis.page = () => undefined
  globalThis.log = { warn() {}, error() {} }`

function written({ name, code, configs }: Recipe, index: number): string {
  const home = join(folder, String(index))
  for (const path of ['config/live.d', 'etc/live-config', 'var/lib/site', 'node_modules/@types'])
    mkdirSync(join(home, path), { recursive: true })
  symlinkSync(root, join(home, 'node_modules/liveflag'))
  for (const used of ['express', 'prom-client', 'better-sqlite3'])
    symlinkSync(join(root, 'node_modules', used), join(home, 'node_modules', used))
  const config = configs[0] ?? 'feature_search_v2: on\n'
  for (const path of ['config/live.yaml', 'config/live.d/search.yaml', 'etc/live-config/live.yaml'])
    writeFileSync(join(home, path), config)
  writeFileSync(join(home, 'var/lib/site/overrides.yaml'), '{}\n')
  writeFileSync(join(home, 'r2.ini'), '[live_config]\nfeature_a = on\n')
  writeFileSync(join(home, 'ids.txt'), 't2_1\nt2_2\n')
  writeFileSync(join(home, 'prelude.mjs'), PRELUDE)
  const { by = '' } = USED[name] ?? {}
  const script = `import { once } from 'node:events'\n${withImports(code, by)}\n${by}\n`
    .replaceAll("'/etc/", "'etc/")
    .replaceAll("'/var/", "'var/")
    .replace('const app = express()', 'let app = express()')
  const { outputText } = ts.transpileModule(script, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  })
  writeFileSync(join(home, 'recipe.mjs'), outputText)
  return home
}

/** The code, with what only its use needs. */
function withImports(code: string, by: string): string {
  const needs = by.includes('expressFeatures') && !code.includes('liveflag/express')
  return needs
    ? `import { openFeatures } from 'liveflag'\nimport { expressFeatures } from 'liveflag/express'\n${code}`
    : code
}

async function run(recipe: Recipe, index: number) {
  const child = spawn(process.execPath, ['--import', './prelude.mjs', 'recipe.mjs'], {
    cwd: written(recipe, index),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
  })
  const ended = new Promise<number | string | null>((resolve) =>
    child.on('close', (code, signal) => resolve(signal ?? code)),
  )
  const [out, err, end] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { end, err, out: out.trim() }
}

test('the cookbook has recipes, and each that is used here is one of them', () => {
  const names = all.map(({ name }) => name)
  expect(names.length).toBeGreaterThan(10)
  expect(Object.keys(USED).filter((name) => !names.includes(name))).toEqual([])
})

test.each(all.map((recipe, index) => [recipe.name, index, recipe] as const))(
  '%s (script %i) runs to its end',
  async (name, index, recipe) => {
    const { end, err, out } = await run(recipe, index)
    expect({ end, err }).toEqual({ end: 0, err: '' })
    if (USED[name]) expect(out).toBe(USED[name].prints)
  },
  30_000,
)
