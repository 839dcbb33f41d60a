import { own } from '../../core/json'
import { engines } from './engines'
import { type Framework, frameworks, plainNode } from './frameworks'
import { imports, type Project } from './project'

/** How a project is written, as far as its files say. */
export interface Style {
  readonly framework: Framework
  /** The template engines that it has installed, by the names that people call them. */
  readonly engines: readonly (typeof engines)[number][]
  readonly isTypeScript: boolean
  readonly isModule: boolean
  readonly packageManager: PackageManager
  readonly runner: Runner
  /** The directory of its code, with a `/` at the end; empty for the project's own. */
  readonly code: string
}

export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun'
export type Runner = 'vitest' | 'jest' | 'mocha' | 'node'

const LOCKS: readonly (readonly [string, PackageManager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
]
const RUNNERS: readonly Runner[] = ['vitest', 'jest', 'mocha']

/** Finds out how a project is written: from package.json, then from what its code imports. */
export function styleOf(project: Project): Style {
  const { dependencies, manifest, has } = project
  return {
    framework: frameworkOf(project),
    engines: engines.filter(({ packages }) => packages.some((name) => dependencies.has(name))),
    isTypeScript: has('tsconfig.json') || dependencies.has('typescript'),
    isModule: own(manifest, 'type') === 'module',
    packageManager: packageManagerOf(project),
    runner: RUNNERS.find((name) => dependencies.has(name)) ?? 'node',
    code: has('src') ? 'src/' : '',
  }
}

/** Of several installed frameworks, the first of the list that the code imports. */
function frameworkOf(project: Project): Framework {
  const installed = frameworks.filter(({ needs }) => project.dependencies.has(needs))
  const [first, ...others] = installed
  if (first === undefined) return plainNode
  if (others.length === 0) return first
  return installed.find(({ needs }) => imports(project, needs)) ?? first
}

function packageManagerOf({ manifest, has }: Project): PackageManager {
  const named = own(manifest, 'packageManager')
  const [name] = typeof named === 'string' ? named.split('@') : []
  if (name === 'pnpm' || name === 'yarn' || name === 'bun' || name === 'npm') return name
  return LOCKS.find(([lock]) => has(lock))?.[1] ?? 'npm'
}
