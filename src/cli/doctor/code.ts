import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { imports } from '../setup/project'
import { styleOf } from '../setup/style'
import { type Check, type Finding, ok, problem, warning } from './check'
import { installedVersion, isAtLeast } from './packages'

/** What is used of the project's own TypeScript. */
interface Compiler {
  readonly sys: { readFile(path: string): string | undefined }
  readConfigFile(
    this: void,
    path: string,
    read: (path: string) => string | undefined,
  ): { readonly config?: unknown }
  parseJsonConfigFileContent(
    config: unknown,
    host: unknown,
    dir: string,
  ): { readonly options: unknown }
  resolveModuleName(
    name: string,
    from: string,
    options: unknown,
    host: unknown,
  ): { readonly resolvedModule?: unknown }
}

function compilerOf(dir: string): Compiler | undefined {
  try {
    // Whatever version the project has: these four have been there since the beginning.
    return createRequire(join(resolve(dir), 'package.json'))('typescript') as Compiler
  } catch {
    return undefined
  }
}

const SUBPATHS = ['liveflag', 'liveflag/express', 'liveflag/testing', 'liveflag/sources/file']

export const typeResolution: Check = {
  name: 'TypeScript',
  examine: ({ project: { dir, has } }) => {
    if (!has('tsconfig.json')) return []
    const ts = compilerOf(dir)
    if (ts === undefined)
      return [
        warning(
          'there is a tsconfig.json, and typescript is not installed',
          'run npm install --save-dev typescript',
        ),
      ]
    if (installedVersion(dir, 'liveflag') === undefined) return []
    const { config } = ts.readConfigFile(join(dir, 'tsconfig.json'), (path) =>
      ts.sys.readFile(path),
    )
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, resolve(dir))
    const from = join(resolve(dir), 'src', 'features.ts')
    const lost = SUBPATHS.filter(
      (name) => !ts.resolveModuleName(name, from, options, ts.sys).resolvedModule,
    )
    return lost.length === 0
      ? [ok('TypeScript finds liveflag and its subpaths')]
      : [
          problem(
            `TypeScript does not find ${lost.join(', ')}`,
            'set "moduleResolution" of tsconfig.json to "node16", "nodenext" or "bundler"',
          ),
        ]
  },
}

/** What puts a request into force, in any framework. */
const WIRED =
  /\b(?:expressFeatures(?:As)?|fastifyFeatures|koaFeatures|honoFeatures|nodeFeatures|LiveflagModule)\b|\bfeatures\.(?:run|for)\s*\(/

export const wired: Check = {
  name: 'wiring',
  examine: ({ project }) => {
    const { framework } = styleOf(project)
    if (!imports(project, 'liveflag'))
      return [
        problem('no file of the project imports liveflag', 'run liveflag init, or see the README'),
      ]
    const place = project.sources.find(({ text }) => WIRED.test(text))
    if (place !== undefined)
      return [
        ok(
          `${place.path} says who a visitor is (found as text; whether it runs for every request is not known)`,
        ),
      ]
    const call = framework.call ?? 'features.run'
    return [
      warning(
        'no file passes a request to liveflag (searched as text), so every question is about nobody',
        `use ${call} where the application is put together: docs/world.md`,
      ),
    ]
  },
}

/** Versions that call back outside the request's asynchronous context. */
const LOSES_CONTEXT: readonly (readonly [name: string, fixed: string])[] = [
  ['body-parser', '1.20.0'],
  ['on-finished', '2.4.0'],
  ['multer', '2.0.0'],
  ['redis', '4.0.0'],
]

export const asyncContext: Check = {
  name: 'context',
  examine: ({ project }) => {
    const found = LOSES_CONTEXT.flatMap(([name, fixed]): readonly Finding[] => {
      const version = installedVersion(project.dir, name)
      if (version === undefined || isAtLeast(version, fixed)) return []
      return [
        warning(
          `${name} ${version} calls back outside the request's asynchronous context`,
          `update it to ${fixed}, or place it before liveflag's middleware, or ask req.features in its callbacks`,
        ),
      ]
    })
    return found.length > 0
      ? found
      : [ok('no package found that is known to lose the request (a short list)')]
  },
}
