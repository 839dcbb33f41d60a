import type { CustomSelector } from '../core/custom-selector'
import type { Problem } from '../core/problem'
import type { Compat } from '../core/selector'
import type { Format } from '../core/source'
import { snapshotSteps } from '../live-config/check'
import { readWritten } from '../live-config/read-entries'
import { inSlices } from '../runtime/time-slice'
import { formatOf } from '../sources/key-source'
import type { Quarantined } from '../sources/fleet-records'

/** How a text is read, as the processes of the fleet read it. */
export interface Reading {
  /** What problems call the text. Default: `the text`. */
  readonly name?: string
  /** Default: by the ending of the key, otherwise by what the text begins with. */
  readonly format?: Format
  readonly compat?: Compat
  /** Selectors of the application, as for `openFeatures`. */
  readonly selectors?: readonly CustomSelector[]
}

/** What keeps a text from being published, and what `allow` names to publish it all the same. */
export type Allowed = 'shrink' | 'quarantined'
export const ALLOWED: readonly Allowed[] = ['shrink', 'quarantined']

/** Why a text is not published. */
export interface Refusal {
  /** `staging`: another generation is being staged. */
  readonly code: Allowed | 'problems' | 'staging'
  readonly message: string
}

/** A text that loses more of its features than this is not believed. */
const LARGEST_LOSS = 1 / 3

/** What is wrong with a text, and how many features it has. */
export interface Judged {
  readonly features: number
  /** False: every process refuses the text as a whole. */
  readonly isReadable: boolean
  readonly problems: readonly Problem[]
  readonly refusals: readonly Refusal[]
}

interface StoredIn {
  /** The name of the store, which may say the format. */
  readonly store?: string
}

/**
 * Reads a text as every process will, and compares its features with those of the text that it
 * replaces.
 */
export async function judge(
  text: string,
  before: string | undefined,
  { format, compat, selectors, store = '', name = 'the text' }: Reading & StoredIn,
): Promise<Judged> {
  const formatIn = (one: string): Format => format ?? formatOf(store, one)
  const options = { ...(compat && { compat }), ...(selectors && { selectors }) }
  const read = (one: string) =>
    inSlices(snapshotSteps([{ text: one, format: formatIn(one), source: name }], options))
  const { snapshot, problems } = await read(text)
  const names = new Set(snapshot.names())
  const old = before === undefined ? [] : [...(await read(before)).snapshot.names()]
  const errors = problems.filter(({ severity }) => severity === 'error')
  const isReadable = names.size > 0 || errors.every(({ feature }) => feature !== undefined)
  // Features that are not usable are gone, too, and the problems say so better.
  const shrink =
    errors.length > 0 || isRampLayer(text, formatIn(text), names, old)
      ? undefined
      : shrinkOf(names, old)
  const refusals: readonly Refusal[] = [
    ...(errors.length > 0
      ? [{ code: 'problems' as const, message: errorsText(errors.length, isReadable) }]
      : []),
    ...(shrink === undefined ? [] : [{ code: 'shrink' as const, message: shrink }]),
  ]
  return { features: names.size, isReadable, problems, refusals }
}

function errorsText(count: number, isReadable: boolean): string {
  if (!isReadable) return 'no process can read the text'
  return `the text has ${count === 1 ? 'a problem' : `${count} problems`}`
}

/** What became of the gates of ramps, in a layer of its own, which never had a feature. */
const isRampLayer = (
  text: string,
  format: Format,
  names: ReadonlySet<string>,
  old: readonly string[],
): boolean => names.size + old.length === 0 && readWritten(text, format).others.has('ramps')

function shrinkOf(names: ReadonlySet<string>, old: readonly string[]): string | undefined {
  if (names.size === 0) return 'the text has no feature'
  const gone = old.filter((name) => !names.has(name))
  if (gone.length <= old.length * LARGEST_LOSS) return undefined
  const named = gone.slice(0, 5).join(', ')
  const more = gone.length > 5 ? ` and ${gone.length - 5} more` : ''
  return `${gone.length} of ${old.length} features would be gone, which is more than a third: ${named}${more}`
}

/** That a text was taken back once. */
export function quarantineOf(
  hash: string,
  quarantined: readonly Quarantined[],
): Refusal | undefined {
  const found = quarantined.find((one) => one.hash === hash && one.releasedBy === undefined)
  return (
    found && {
      code: 'quarantined',
      message: `this text was taken back as generation ${found.generation}: ${found.reason}`,
    }
  )
}
