/** The types of the built package, where projects have other settings and other packages than this one. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from './files'

const folder = mkdtempSync(join(tmpdir(), 'liveflag-types-'))
afterAll(() => rmSync(folder, { recursive: true }))

const installed = join(folder, 'node_modules', 'liveflag')
mkdirSync(installed, { recursive: true })
for (const name of ['package.json', 'dist']) symlinkSync(join(root, name), join(installed, name))

function problemsOf(name: string, text: string, options: ts.CompilerOptions): readonly string[] {
  const file = join(folder, name)
  writeFileSync(file, text)
  const program = ts.createProgram([file], {
    noEmit: true,
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.CommonJS,
    types: [],
    ...options,
  })
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file: at, code, messageText }) =>
      [at?.fileName ?? '', code, ts.flattenDiagnosticMessageText(messageText, ' ')].join(' '),
    )
}

const EVERY_WAY_IN = `
  import { file, http, openFeatures, worldOf } from 'liveflag'
  import { createDecider, postgresStore } from 'liveflag/decide'
  import { evalCondition } from 'liveflag/growthbook'
  import { file as sameFile } from 'liveflag/sources/file'
  import { testFeatures } from 'liveflag/testing'

  export async function isOn(): Promise<boolean> {
    const features = await openFeatures({ source: [file('a.yaml'), http('https://example.com')] })
    return features.for(worldOf({ user: { id: 'u1' } })).isEnabled('a')
  }
  export const rest = [createDecider, postgresStore, evalCondition, sameFile, testFeatures]
  // @ts-expect-error The types are really there.
  openFeatures({ source: 5 })
`

test.each([
  [
    'node10, as "module": "commonjs" has it',
    ts.ModuleResolutionKind.Node10,
    ts.ModuleKind.CommonJS,
  ],
  ['node16', ts.ModuleResolutionKind.Node16, ts.ModuleKind.Node16],
])(
  'are found and sound without @types/node, by moduleResolution %s',
  (_, moduleResolution, module) => {
    expect(
      problemsOf('every-way-in.ts', EVERY_WAY_IN, {
        moduleResolution,
        module,
        lib: ['lib.es2022.d.ts'],
        preserveSymlinks: true,
        skipLibCheck: false,
      }),
    ).toEqual([])
  },
)

test('leave req.features to a package that has it already, and take another name', () => {
  const text = `
    import express from 'express'
    import { expressFeaturesAs } from 'liveflag/express-named'
    import { memory, openFeatures, type Questions } from 'liveflag'

    declare global {
      namespace Express {
        interface Request { features: readonly string[]; flags: Questions }
      }
    }
    export async function app() {
      const features = await openFeatures({ source: memory('{}') })
      const user = (req: express.Request) => ({ id: String(req.query['id']) })
      return express()
        .use(expressFeaturesAs('flags', features, { user, attributes: (req) => ({ country: req.get('x-country') }) }))
        .use((req, res) => void res.json([req.flags.isEnabled('a'), req.features.length]))
    }
  `
  expect(
    problemsOf('named.ts', text, {
      module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16,
      esModuleInterop: true,
      skipLibCheck: true,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
      paths: { express: [join(root, 'node_modules/@types/express/index.d.ts')] },
    }),
  ).toEqual([])
})
