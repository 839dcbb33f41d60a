import { LiveflagError, reasonOf } from '../../core/errors'
import type { Features } from '../../engine/features'
import { type Edit, editsOf } from '../git'
import { openEdit, type VersionReading } from '../versions'
import { type Answer, constantOf } from './constants'

/** So many edits of a live config are read; a feature that is the same in all of them is old. */
const MOST_EDITS = 500

/** Since when features answer as they do, by the history of git. */
export interface Unchanged {
  readonly since: ReadonlyMap<string, number>
  /** What git could not say; it completes "not looked at". */
  readonly missing: string | undefined
}

/**
 * Goes back through the edits of a live config for as long as features answer everybody as they do
 * today. What was edited and not committed is of today.
 */
export async function unchangedSince(
  path: string,
  constants: ReadonlyMap<string, Answer>,
  today: Features,
  reading: VersionReading,
): Promise<Unchanged> {
  try {
    const edits = await editsOf(path)
    if (edits.length === 0) return { since: new Map(), missing: `history: ${path} is not in git` }
    return { since: await sinceBy(edits, path, constants, today, reading), missing: undefined }
  } catch (error) {
    if (!(error instanceof LiveflagError)) throw error
    return { since: new Map(), missing: `history: ${reasonOf(error)}` }
  }
}

async function sinceBy(
  edits: readonly Edit[],
  path: string,
  constants: ReadonlyMap<string, Answer>,
  today: Features,
  reading: VersionReading,
): Promise<ReadonlyMap<string, number>> {
  const since = new Map<string, number>()
  let open = new Map(
    [...constants].map(([name, answer]) => [name, { answer, entry: entryOf(today, name) }]),
  )
  for (const edit of edits.slice(0, MOST_EDITS)) {
    if (open.size === 0) break
    // A version that could not be used changed nothing.
    const version = await openEdit(path, edit, reading).catch(() => undefined)
    if (!version) continue
    const still: typeof open = new Map()
    for (const [name, { answer, entry }] of open) {
      const before = entryOf(version.features, name)
      if (before !== entry && !isSame(constantOf(version.features, name), answer)) continue
      since.set(name, Date.parse(edit.at))
      still.set(name, { answer, entry: before })
    }
    await version.features.close()
    open = still
  }
  return since
}

/** An entry that is written as before answers as before. */
const entryOf = (features: Features, name: string): string =>
  JSON.stringify(features.definition(name)?.value) ?? ''

const isSame = (one: Answer | undefined, other: Answer): boolean =>
  JSON.stringify(one) === JSON.stringify(other)
