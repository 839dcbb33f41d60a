import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Rule } from 'eslint'
import { messageOf } from '../core/errors'
import { own } from '../core/json'
import type { TypedFeature } from '../export/typed-feature'
import { typedFeatures } from '../live-config/typed-features'
import { fileDefaults, liveConfigNames } from '../sources/paths'
import { settingsOf } from './code'

/** The features of the live file, or why they are not known. */
export interface LiveFile {
  /** Undefined of a feature whose entry has a mistake: its name alone is known. */
  readonly features: ReadonlyMap<string, TypedFeature | undefined>
  readonly problem?: string
}

interface Cached {
  readonly state: string
  readonly file: LiveFile
}

/** ESLint examines thousands of files in one process, and an editor for days. */
const cached = new Map<string, Cached>()
const MOST_FILES = 16

/** The file of `settings.liveflag.file`, read anew when it has changed; undefined when none is set. */
export function liveFile(context: Rule.RuleContext): LiveFile | undefined {
  const settings = settingsOf(context)
  const set = own(settings, 'file')
  if (typeof set !== 'string') return undefined
  const compat = own(settings, 'compat') === 'r2' ? 'r2' : 'liveflag'
  const path = resolve(context.cwd, set)
  try {
    const files = filesOf(path)
    const state = `${compat} ${files.map(stateOf).join(' ')}`
    const known = cached.get(path)
    if (known?.state === state) return known.file
    const file = read(files, compat)
    if (cached.size >= MOST_FILES) cached.clear()
    cached.set(path, { state, file })
    return file
  } catch (error) {
    return { features: new Map(), problem: `${set} cannot be read: ${messageOf(error)}` }
  }
}

function filesOf(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path]
  return liveConfigNames(readdirSync(path)).map((name) => join(path, name))
}

function stateOf(path: string): string {
  const { mtimeNs, size, ino } = statSync(path, { bigint: true })
  return `${path} ${mtimeNs} ${size} ${ino}`
}

function read(files: readonly string[], compat: 'r2' | 'liveflag'): LiveFile {
  const { features, problems } = typedFeatures(
    files.map((path) => ({
      text: readFileSync(path, 'utf8'),
      source: path,
      format: fileDefaults(path).format,
    })),
    compat,
  )
  const refused = problems.flatMap(({ feature }) => feature ?? [])
  const whole = problems.find(({ feature }) => feature === undefined)
  return {
    features: new Map([
      ...refused.map((name) => [name, undefined] as const),
      ...features.map((feature) => [feature.name, feature] as const),
    ]),
    ...(whole && { problem: `the live config has a problem: ${whole.message}` }),
  }
}
