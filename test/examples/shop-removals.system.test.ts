/**
 * The proof of `liveflag remove` on an application: after each of twelve removals the example shop
 * compiles strictly and passes its own tests, one after another, and in the long form also each alone.
 */
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import ts from 'typescript'
import { readCode } from '../../src/codemod/files'
import { usagesOf } from '../../src/codemod/usage'
import { liveflag } from '../cli/captured-terminal'
import { filesBelow, root } from '../house/files'
import { isLongRun } from '../support/long-run'

const REMOVALS: readonly (readonly [feature: string, as: string])[] = [
  ['new_header', 'on'],
  ['search_v2', 'on'],
  ['free_shipping_banner', 'on'],
  ['gift_wrap', 'off'],
  ['product_rating', 'on'],
  ['loyalty_points', 'on'],
  ['new_price_format', 'on'],
  ['dark_theme', 'off'],
  ['coupon_codes', 'on'],
  ['stock_badge', 'on'],
  ['buy_button', 'green'],
  ['express_delivery', 'off'],
]

const run = promisify(execFile)
// Below the project, so that the packages of the shop are found.
const folder = join(root, '.cache', 'shop-removals')

/** A copy of the shop, which is compiled again after each change of it. */
class ShopCopy {
  readonly dir: string
  private readonly out: string
  private readonly sources = new Map<string, ts.SourceFile & { version?: string }>()
  private program: ts.SemanticDiagnosticsBuilderProgram | undefined

  constructor(name: string) {
    this.dir = join(folder, name)
    this.out = join(folder, `${name}-compiled`)
    for (const path of [this.dir, this.out]) rmSync(path, { recursive: true, force: true })
    mkdirSync(this.dir, { recursive: true })
    cpSync(join(root, 'examples', 'shop'), this.dir, { recursive: true })
    // Its paths lead out of examples/shop.
    const config = readFileSync(join(this.dir, 'tsconfig.json'), 'utf8')
    // Parameters stay, and what may do something when it is evaluated, so some have no use any more.
    const allowed = config.replace(/("noUnused(?:Locals|Parameters)"): true/g, '$1: false')
    writeFileSync(join(this.dir, 'tsconfig.json'), allowed.replaceAll('../../', '../../../'))
  }

  path(...names: string[]): string {
    return join(this.dir, ...names)
  }

  /** What the compiler says against it; what can be reused of the last time is. */
  compiled(): readonly string[] {
    const { config } = ts.readConfigFile(this.path('tsconfig.json'), (path) =>
      ts.sys.readFile(path),
    )
    const parsed = ts.parseJsonConfigFileContent(config, ts.sys, this.dir)
    const { incremental: _, tsBuildInfoFile: __, ...rest } = parsed.options
    const options = { ...rest, outDir: this.out }
    const host = ts.createCompilerHost(options)
    host.getSourceFile = (path, target) => this.source(path, target)
    this.program = ts.createSemanticDiagnosticsBuilderProgram(
      parsed.fileNames,
      options,
      host,
      this.program,
    )
    const problems = [
      ...this.program.getSyntacticDiagnostics(),
      ...this.program.getSemanticDiagnostics(),
    ]
    this.program.getProgram().emit()
    return problems.map(
      ({ file, messageText }) =>
        `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    )
  }

  private source(
    path: string,
    target: ts.ScriptTarget | ts.CreateSourceFileOptions,
  ): ts.SourceFile | undefined {
    const text = ts.sys.readFile(path)
    if (text === undefined) return undefined
    const known = this.sources.get(path)
    if (known?.text === text) return known
    const made: ts.SourceFile & { version?: string } = ts.createSourceFile(path, text, target, true)
    // By it a builder knows which files have changed.
    made.version = ts.sys.createHash?.(text) ?? text
    this.sources.set(path, made)
    return made
  }

  /** How many of its tests pass and fail. */
  async tested(): Promise<string> {
    const tests = filesBelow('examples/shop/test', '.test.ts').map((path) =>
      join(this.out, 'test', path.replace(/ts$/, 'js')),
    )
    // Without the environment of jest, which node:test would report to.
    const { NODE_ENV: _, ...env } = process.env
    const { stdout } = await run(process.execPath, ['--test', ...tests], {
      cwd: this.dir,
      env,
    }).catch((error: { readonly stdout: string }) => error)
    const count = (word: string): string =>
      new RegExp(`^# ${word} (\\d+)$`, 'm').exec(stdout)?.[1] ?? '?'
    const failed = stdout.match(/^\s*not ok.*$/gm) ?? []
    return [`${count('pass')} passed, ${count('fail')} failed`, ...failed].join('\n')
  }

  async without(feature: string, as: string): Promise<void> {
    const args = [
      this.path('live.yaml'),
      this.path('src'),
      this.path('views'),
      '--as',
      as,
      '--write',
    ]
    const { code, out } = await liveflag(['remove', feature, ...args])
    expect({ code, left: out.match(/^.*(?:left|may ask) .*$/gm) }).toEqual({ code: 0, left: null })
    const usages = usagesOf(await readCode([this.path('src'), this.path('views')]))
    expect(usages.filter((usage) => usage.feature === feature)).toEqual([])
    expect(readFileSync(this.path('live.yaml'), 'utf8')).not.toContain(`feature_${feature}:`)
  }
}

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('one after another', () => {
  const shop = new ShopCopy('all')

  test('the copy compiles before anything is removed', () => {
    expect(shop.compiled()).toEqual([])
  }, 120_000)

  test.each(REMOVALS)(
    'without %s, as %s',
    async (feature, as) => {
      await shop.without(feature, as)
      expect(shop.compiled()).toEqual([])
      expect(await shop.tested()).toMatch(/^3\d passed, 0 failed$/)
    },
    120_000,
  )
})

const alone = isLongRun ? describe : describe.skip
alone('each alone', () => {
  test.each(REMOVALS)(
    'without %s, as %s',
    async (feature, as) => {
      const shop = new ShopCopy(feature)
      await shop.without(feature, as)
      expect(shop.compiled()).toEqual([])
      expect(await shop.tested()).toMatch(/^3\d passed, 0 failed$/)
    },
    120_000,
  )
})
