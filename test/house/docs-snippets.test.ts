/**
 * Every example of the docs works. What stands after the back-ticks of a fenced block says how it
 * is held to that:
 *
 *   yaml, json, ini       checked as live config when it has a `feature_` key; it must have no
 *   problem
 *   yaml problems         (json, ini alike) it must have a problem
 *   yaml kubernetes       a manifest, checked by deploy-doc.test.ts
 *   ts                    its types are checked, against the built package, by its own name
 *   ts continues          checked together with the `ts` blocks above it on the page, back to the
 *   last plain one
 *   ts sketch             not checked: a shape, not code
 *   console               `$ liveflag …` is run by the built command at the root; it must print
 *   what stands below
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { checkText } from '../../src/live-config/check'
import type { Format } from '../../src/live-config/text/entry'
import { type Fence, fencesOf, pages } from './markdown'
import { root } from './files'

const fences = pages().flatMap(fencesOf)
const placeOf = ({ page, line }: Fence): string => `${page}:${line}`
const languageOf = ({ info }: Fence): string => info.split(/\s+/)[0] ?? ''
const marksOf = ({ info }: Fence): string[] => info.split(/\s+/).slice(1)

const formats: Readonly<Record<string, Format>> = {
  yaml: 'yaml',
  yml: 'yaml',
  json: 'json',
  jsonc: 'json',
  ini: 'ini',
}
const hasEntry = ({ text }: Fence): boolean => /^\s*["']?feature_\w+["']?\s*[:=]/m.test(text)

/**
 * Each live config of the docs: its place, what it says of itself, and what the engine says of it.
 */
const configs = fences.flatMap((fence) => {
  const format = formats[languageOf(fence)]
  // What a manifest holds is checked with it: test/house/deploy-doc.test.ts.
  if (format === undefined || !hasEntry(fence) || marksOf(fence).includes('kubernetes')) return []
  return [
    {
      place: placeOf(fence),
      format,
      text: fence.text,
      faulty: marksOf(fence).includes('problems'),
    },
  ]
})

test('the README and the docs show live config', () => {
  expect(pages().filter((page) => !existsSync(join(root, page)))).toEqual([])
  expect(configs.length).toBeGreaterThan(0)
})

test('each live config of the docs has no problem, or says that it has', () => {
  const surprises = configs.flatMap(({ place, format, text, faulty }) => {
    const { problems } = checkText(text, { format })
    if (faulty) return problems.length > 0 ? [] : [`${place} is marked "problems" and has none`]
    return problems.map(
      ({ line, code, message }) =>
        `${place}, line ${line ?? '?'} of the block: ${code}: ${message}`,
    )
  })
  expect(surprises).toEqual([])
})

/** The code of the docs as modules: the name each would have as a file, and its text. */
function modulesOfDocs(): Map<string, string> {
  const modules = new Map<string, string>()
  let above = ''
  for (const fence of fences.filter(
    (candidate) => languageOf(candidate) === 'ts' && !marksOf(candidate).includes('sketch'),
  )) {
    above = marksOf(fence).includes('continues') ? above + fence.text : fence.text
    // Of the kind that may await at its top, as examples do.
    modules.set(
      join(root, `${fence.page.replaceAll('/', '-')}-line-${fence.line}.mts`),
      `${above}\nexport {}\n`,
    )
  }
  return modules
}

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
  strict: true,
  esModuleInterop: true,
  skipLibCheck: true,
  noEmit: true,
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
}

function typeErrorsOf(modules: ReadonlyMap<string, string>): string[] {
  const host = ts.createCompilerHost(options)
  const onDisk = { fileExists: host.fileExists.bind(host), readFile: host.readFile.bind(host) }
  host.fileExists = (path) => modules.has(path) || onDisk.fileExists(path)
  host.readFile = (path) => modules.get(path) ?? onDisk.readFile(path)
  const program = ts.createProgram([...modules.keys()], options, host)
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0
    const place =
      file === undefined
        ? ''
        : `${file.fileName.slice(root.length + 1)}, line ${line + 1} of the block: `
    return place + ts.flattenDiagnosticMessageText(messageText, '\n')
  })
}

test('the code of the docs compiles against the built package', () => {
  expect(typeErrorsOf(modulesOfDocs())).toEqual([])
}, 60_000)

/** What a command prints, told beside its place so that a difference says which page to mend. */
interface Session {
  readonly place: string
  readonly printed: string
}

/** Words of a command line; single quotes keep spaces together. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')

const sessions = fences
  .filter((fence) => languageOf(fence) === 'console')
  .map((fence) => {
    const [line = '', ...below] = fence.text.trimEnd().split('\n')
    const [prompt, command, ...words] = wordsOf(line)
    const shown: Session = { place: placeOf(fence), printed: below.join('\n') }
    return { shown, isLiveflag: prompt === '$' && command === 'liveflag', words }
  })

test('each command of the docs prints what the page says', () => {
  expect(sessions.filter(({ isLiveflag }) => !isLiveflag).map(({ shown }) => shown.place)).toEqual(
    [],
  )
  const printed = sessions.map(({ shown, words }): Session => {
    const env = { ...process.env, FORCE_COLOR: undefined, NO_COLOR: '1' }
    const { stdout } = spawnSync(process.execPath, ['dist/cli/main.js', ...words], {
      cwd: root,
      env,
      encoding: 'utf8',
    })
    return { place: shown.place, printed: stdout.trimEnd() }
  })
  expect(printed).toEqual(sessions.map(({ shown }) => shown))
})
