import { type Answer, constantOf } from '../../analysis/constant-answer'
import { datesIn } from '../../analysis/entry-dates'
import { closureOf } from '../../analysis/closure'
import { LiveflagError, reasonOf } from '../../core/errors'
import type { Features } from '../../engine/features'
import { type Edit, editsOf } from '../git'
import { openEdit, type VersionReading } from '../versions'

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
  let until = today.now()
  let open = new Map<string, { readonly answer: Answer; readonly entry: string }>()
  for (const [name, answer] of constants) {
    const { text, dates } = writtenOf(today, name)
    // What has yet to begin or end has not done its work.
    if (dates.every((date) => date <= until)) open.set(name, { answer, entry: text })
  }
  for (const edit of edits.slice(0, MOST_EDITS)) {
    if (open.size === 0) break
    const asked = until
    // A version that could not be used changed nothing. The others answer as at their last moment.
    const version = await openEdit(path, edit, { ...reading, now: () => asked }).catch(
      () => undefined,
    )
    if (!version) continue
    const from = Date.parse(edit.at)
    const still: typeof open = new Map()
    for (const [name, { answer, entry }] of open) {
      const { features } = version
      if (features.definition(name) === undefined) continue
      const before = writtenOf(features, name)
      if (before.text !== entry && !isSame(constantOf(features, name), answer)) continue
      const turn = before.dates.findLast((date) => date <= asked) ?? -Infinity
      since.set(name, Math.max(from, turn))
      if (turn < from) still.set(name, { answer, entry: before.text })
    }
    await version.features.close()
    open = still
    until = Math.min(until, from - 1)
  }
  return since
}

interface Written {
  readonly text: string
  /** When the answer may change by itself. */
  readonly dates: readonly number[]
}

/** All that an answer comes from: what is written as before answers as before. */
function writtenOf(features: Features, name: string): Written {
  const definitions = [...closureOf([name], features)]
  return {
    text: JSON.stringify(
      definitions.map(([of, one]) => [of, one?.value, textOf(one?.groups), textOf(one?.bandits)]),
    ),
    dates: datesIn(definitions.flatMap(([, one]) => (one ? [one.value] : []))),
  }
}

const texts = new WeakMap<object, string>()

/** The definitions of a live config share theirs. */
function textOf(shared: object | undefined): string {
  if (shared === undefined) return ''
  const text = texts.get(shared) ?? JSON.stringify(shared)
  texts.set(shared, text)
  return text
}

const isSame = (one: Answer | undefined, other: Answer): boolean =>
  JSON.stringify(one) === JSON.stringify(other)
