/**
 * Generated types, checked by the compiler: what code may ask once `FeatureTypes` has members. They
 * belong to the whole program, so each line of the tables is a file of one program.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import ts from 'typescript'
import { root } from '../house/files'

const GENERATED = `
  import 'liveflag'
  declare module 'liveflag' {
    interface FeatureTypes {
      search: { variant: never; value: never }
      checkout: { variant: 'old' | 'new'; value: never; client: true }
      theme: { variant: '0' | '1'; value: string }
      page_size: { variant: never; value: number }
      mixed: { variant: never; value: string | number }
      limits: { variant: never; value: { readonly most: number; readonly names?: readonly string[] } }
      dense: { variant: never; value: boolean; client: true }
      rows: { variant: never; value: number; client: true }
      'odd-name': { variant: never; value: never }
    }
  }
`

const HEAD = `
  import type { AllEnabled, ClientFeatureName, FeatureName, Features, Questions, ValueOf, VariantOf } from 'liveflag'
  import { type Client, createClient } from 'liveflag/client'
  import { Feature, FeaturesProvider, useFeature, useValue, useVariant } from 'liveflag/react'
  import { type TestFeatures, testFeatures } from 'liveflag/testing'
  declare const features: Features
  declare const request: Questions
  declare const tests: TestFeatures
  declare const client: Client
  declare const anyName: string
  /** Compiles only when both types are one. */
  declare function same<A, B>(proof: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false): void
  export { features, request, tests, anyName, same, testFeatures }
  export { client, createClient, Feature, FeaturesProvider, useFeature, useValue, useVariant }
  export type Used = [AllEnabled, ClientFeatureName, FeatureName, ValueOf<never>, VariantOf<never>]
`

/** Code, and what the compiler says of it; undefined: nothing. */
type Row = readonly [code: string, error?: string]

const WITH_TYPES: readonly Row[] = [
  [`features.isEnabled('search')`],
  [`features.for({} as never, { forcedValues: { theme: 'dark', page_size: 5 } })`],
  [
    `features.for({} as never, { forcedValues: { page_size: 'many' } })`,
    `'string' is not assignable`,
  ],
  [`features.for({} as never, { forcedValues: { gone: 1 } })`, `'gone' does not exist`],
  [`features.for({} as never, { forcedVariants: { checkout: 'new' } })`],
  [
    `features.for({} as never, { forcedVariants: { checkout: 'newer' } })`,
    `'"newer"' is not assignable`,
  ],
  [`features.isEnabled('odd-name', { user: { id: 'u1' } })`],
  [`features.isEnabled('serch')`, `of type '"search" | "checkout" | `],
  [`features.isEnabled(anyName)`, `'string' is not assignable`],
  [`features.isEnabled(anyName as FeatureName)`],
  [`for (const name of features.snapshot.names) features.isEnabled(name)`],
  [`const { isEnabled } = request; isEnabled('gone')`, `'"gone"' is not assignable`],
  [`same<VariantOf<'checkout'>, 'old' | 'new'>(true)`],
  [`const v = features.variant('checkout'); same<typeof v, 'old' | 'new' | undefined>(true)`],
  [`const v = features.variant('search'); same<typeof v, undefined>(true)`],
  [`features.variant('checkout') === 'older'`, `no overlap`],
  [
    `switch (request.variant('checkout')) { case 'old': case 'new': break; case 'x': break }`,
    `not comparable`,
  ],
  [`const d = features.decide('theme'); same<typeof d.value, string | undefined>(true)`],
  [`const d = features.decide('theme'); same<typeof d.variant, '0' | '1' | undefined>(true)`],
  [`const d = features.decide('search'); same<typeof d.value, undefined>(true)`],
  [`const d: import('liveflag').Decision = features.decide('theme')`],
  [`features.explain('gone')`, `'"gone"' is not assignable`],
  [`features.about({} as import('liveflag').World).variant('gone')`, `'"gone"' is not assignable`],
  [`features.run({} as import('liveflag').World, (r) => r.isEnabled('gone'))`, `not assignable`],
  [`features.metadata('gone')`, `not assignable`],

  [`const v = features.getBooleanValue('dense', false); same<typeof v, boolean>(true)`],
  [`features.getBooleanValue('search', false)`],
  [`features.getBooleanValue('theme', false)`, `'"theme"' is not assignable`],
  [`const v = features.getStringValue('theme', 'light'); same<typeof v, string>(true)`],
  [
    `const v = features.getStringValue('checkout', 'none'); same<typeof v, 'old' | 'new' | 'none'>(true)`,
  ],
  [`features.getStringValue('search', 'x')`, `'"search"' is not assignable`],
  [`features.getStringValue('page_size', 'x')`, `'"page_size"' is not assignable`],
  [`const v = features.getNumberValue('page_size', 20); same<typeof v, number>(true)`],
  [`features.getNumberValue('theme', 0)`, `'"theme"' is not assignable`],
  [`features.getNumberValue('mixed', 0); features.getStringValue('mixed', '')`],
  [`const v: number = features.getObjectValue('limits', { most: 1 }).most`],
  [
    `const v = features.getObjectValue('limits', { most: 1 }).names; same<typeof v, readonly string[] | undefined>(true)`,
  ],
  [`features.getObjectValue('limits', { least: 1 })`, `'least' does not exist`],
  [`features.getObjectValue('theme', {})`, `'"theme"' is not assignable`],
  [`const v = features.details('page_size', 20).value; same<typeof v, number>(true)`],
  [`features.details('page_size', '20')`, `not assignable`],
  [`features.details('gone', 20)`, `not assignable`],
  [`const v = features.details('checkout', 'old').value; same<typeof v, string>(true)`],
  [
    `const v = features.details('limits', { most: 1 }).value.names; same<typeof v, readonly string[] | undefined>(true)`,
  ],

  [`const all = features.allEnabled(); all.search === true`],
  [
    `const one = features.allEnabled().checkout; if (one && one !== true) same<typeof one.variant, 'old' | 'new'>(true)`,
  ],
  [`features.allEnabled().gone`, `'gone' does not exist`],
  [`same<ClientFeatureName, 'checkout' | 'dense' | 'rows'>(true)`],

  [`client.isEnabled('checkout')`],
  [`client.isEnabled('search')`, `'"search"' is not assignable`],
  [`client.isEnabled('gone')`, `'"gone"' is not assignable`],
  [`const v = client.variant('checkout'); same<typeof v, 'old' | 'new' | undefined>(true)`],
  [`client.variant('checkout') === 'older'`, `no overlap`],
  [`client.variant(anyName)`, `'string' is not assignable`],
  [`const v = client.value('dense', false); same<typeof v, boolean>(true)`],
  [`const v = client.value('rows', 20); same<typeof v, number>(true)`],
  [`client.value('rows', '20')`, `not assignable`],
  [`client.value('page_size', 20)`, `not assignable`],
  [`createClient(request.bootstrap(['checkout'])).isEnabled('dense')`],
  [`request.bootstrap(['checkout', 'search'])`, `'"search"' is not assignable`],

  [`useFeature('search')`],
  [`useFeature('gone')`, `'"gone"' is not assignable`],
  [`const v = useVariant('checkout'); same<typeof v, 'old' | 'new' | undefined>(true)`],
  [`useVariant('gone')`, `'"gone"' is not assignable`],
  [`const v = useValue('page_size', 20); same<typeof v, number>(true)`],
  [`useValue('page_size', '20')`, `not assignable`],
  [`Feature({ name: 'checkout', variant: 'new' })`],
  [`Feature({ name: 'checkout', variant: 'newer' })`, `'"newer"' is not assignable`],
  [`Feature({ name: 'gone' })`, `not assignable`],
  [`FeaturesProvider({ features: client })`],
  [`FeaturesProvider({ features: request })`],

  [`testFeatures({ search: true, page_size: 5, checkout: 'new' })`],
  [`testFeatures({ serch: true })`, `'search'`],
  [`testFeatures({ page_size: 'five' })`, `not assignable`],
  [`tests.setBoolean('search', true).setNumber('page_size', 5).setString('theme', 'dark')`],
  [`tests.setBoolean('theme', true)`, `'"theme"' is not assignable`],
  [`tests.setVariant('checkout', 'new')`],
  [`tests.setVariant('checkout', 'newer')`, `'"newer"' is not assignable`],
  [`void tests.set('page_size', 'five')`, `not assignable`],
  [`void tests.setDefinition('not_in_the_file_yet', { default: 1 })`],
]

/** What compiled before there were generated types. */
const WITHOUT: readonly Row[] = [
  [`features.isEnabled(anyName)`],
  [`const v = features.variant(anyName); same<typeof v, string | undefined>(true)`],
  [`const d = features.decide('x'); same<typeof d, import('liveflag').Decision>(true)`],
  [`const v = features.getStringValue('x', 'light'); same<typeof v, string>(true)`],
  [`const v = features.getObjectValue('x', { a: 1 }); same<typeof v, { a: number }>(true)`],
  [`const v = features.getObjectValue<{ a?: number }>('x', {}); v.a`],
  [`const v = features.details('x', 20).value; same<typeof v, number>(true)`],
  [
    `function f<T extends import('liveflag').JsonValue>(x: T): T { return features.details('x', x).value }; f(1)`,
  ],
  [`features.details<'a' | 'b'>('x', 'a').value === 'b'`],
  [`features.allEnabled()['x'] === true`],
  [`same<FeatureName, string>(true); same<ClientFeatureName, string>(true)`],
  [`same<VariantOf<'x'>, string>(true); same<ValueOf<'x'>, import('liveflag').JsonValue>(true)`],
  [`client.isEnabled(anyName); client.variant(anyName) === 'x'`],
  [`const v = client.value('x', 20); same<typeof v, number>(true)`],
  [`const v = client.value('x', { a: 1 }).a; same<typeof v, number>(true)`],
  [`const v = useVariant(anyName); same<typeof v, string | undefined>(true)`],
  [`FeaturesProvider({ features: client }); FeaturesProvider({ features: features })`],
  [`testFeatures({ anything: 1 }).setVariant('x', 'y', 5).setObject('z', [1])`],
]

const folder = mkdtempSync(join(tmpdir(), 'liveflag-feature-types-'))
afterAll(() => rmSync(folder, { recursive: true }))
const installed = join(folder, 'node_modules', 'liveflag')
mkdirSync(installed, { recursive: true })
for (const name of ['package.json', 'dist']) symlinkSync(join(root, name), join(installed, name))
// What the hooks' types are made of.
mkdirSync(join(folder, 'node_modules', '@types'))
for (const name of ['@types/react', 'csstype'])
  symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))

const OPTIONS: ts.CompilerOptions = {
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.Node10,
  lib: ['lib.es2022.d.ts'],
  preserveSymlinks: true,
  types: [],
}

/** Files of TypeScript itself are parsed once for both programs. */
const host = ts.createCompilerHost(OPTIONS)
const parse = host.getSourceFile.bind(host)
const parsed = new Map<string, ts.SourceFile | undefined>()
host.getSourceFile = (name, ...rest) => {
  if (!name.includes('/typescript/')) return parse(name, ...rest)
  if (!parsed.has(name)) parsed.set(name, parse(name, ...rest))
  return parsed.get(name)
}

/** What the compiler says of each row, by its index. */
function compiled(name: string, rows: readonly Row[], generated: string): readonly string[][] {
  const below = join(folder, name)
  mkdirSync(below)
  const write = (file: string, text: string): string => {
    writeFileSync(join(below, file), text)
    return join(below, file)
  }
  const head = write('head.ts', HEAD)
  const files = rows.map(([code], i) =>
    write(
      `row-${i}.ts`,
      `import { features, request, tests, anyName, same, testFeatures } from './head'
       import { client, createClient, Feature, FeaturesProvider, useFeature, useValue, useVariant } from './head'
       import type { ClientFeatureName, FeatureName, ValueOf, VariantOf } from 'liveflag'
       ${code}
       export {}`,
    ),
  )
  const program = ts.createProgram(
    [head, write('liveflag.d.ts', generated), ...files],
    OPTIONS,
    host,
  )
  const problems = rows.map((): string[] => [])
  for (const { file, messageText } of ts.getPreEmitDiagnostics(program)) {
    const row = /^row-(\d+)\.ts$/.exec(basename(file?.fileName ?? ''))
    const text = ts.flattenDiagnosticMessageText(messageText, ' ')
    if (!row) throw new Error(`${file?.fileName}: ${text}`)
    problems[Number(row[1])]?.push(text)
  }
  return problems
}

describe.each([
  ['with generated types', WITH_TYPES, GENERATED],
  ['without generated types, as ever', WITHOUT, 'export {}'],
])('%s', (title, rows, generated) => {
  let problems: readonly string[][]
  beforeAll(() => {
    problems = compiled(title.split(' ')[0] ?? '', rows, generated)
  })

  test.each(rows.map(([code, error], i) => [code, error, i] as const))('%s', (_, error, i) => {
    expect(problems[i]).toEqual(error === undefined ? [] : [expect.stringContaining(error)])
  })
})
