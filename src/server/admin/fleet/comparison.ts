import { impactSteps } from '../../../analysis/impact'
import type { Format } from '../../../core/source'
import { changedEntrySteps, readText, type Written } from '../../../editing/edit-text'
import type { Features } from '../../../engine/features'
import { generation } from '../../../fleet/history'
import { published } from '../../../fleet/publish'
import { readQuarantine } from '../../../fleet/store-state'
import { inSlices } from '../../../runtime/time-slice'
import { contentHash } from '../../../sources/bytes'
import type { Quarantined } from '../../../sources/fleet-records'
import { formatOf } from '../../../sources/key-source'
import { titleOf } from '../../../sources/source-title'
import { BadEdit, diffOf, isRead } from '../edits/prepare'
import type { Population } from '../populations'
import type { Comparison } from './contract'
import type { FleetStore } from './fleet-stores'

/** One of the two texts. */
interface Side {
  readonly generation: number | null
  readonly text: string
}

export interface ComparisonOf {
  /** Undefined: what is in force. 0: no entry at all. */
  readonly from: number | undefined
  readonly to: number | undefined
}

const NOTHING: Side = { generation: 0, text: '' }

/**
 * What is between two generations, and who gets another answer.
 *
 * @throws {BadEdit} where there is no such generation
 */
export async function comparisonOf(
  fleet: FleetStore,
  { from, to }: ComparisonOf,
  { features, population }: { readonly features: Features; readonly population: Population },
  signal: AbortSignal,
): Promise<Comparison> {
  const { source, store } = fleet
  const now = await published(store, signal)
  const inForce: Side = { generation: now.generation ?? null, text: now.text ?? '' }
  const sideOf = async (number: number | undefined): Promise<Side> => {
    if (number === 0) return NOTHING
    const isNow = number === undefined || number === now.generation
    return isNow ? inForce : readSide(fleet, number, signal)
  }
  const [older, newer] = [await sideOf(from), await sideOf(to)]
  const format = formatOf(store.name, newer.text === '' ? older.text : newer.text)
  const { before, after, diff } = await inSlices(readSteps(source, older, newer, format), signal)
  const isReadable = isRead(before) && isRead(after)
  const isBetween = isReadable && older !== NOTHING && newer !== NOTHING
  const impact = isBetween ? await impactOf(source, older, newer, { features, population }) : null
  return {
    source,
    title: titleOf(source),
    from: older.generation,
    to: newer.generation,
    current: inForce.generation,
    inForce: now.hash ?? null,
    quarantined: newer === inForce ? null : await quarantineOf(fleet, newer, signal),
    diff,
    entries: isReadable ? await inSlices(changedEntrySteps(before, after), signal) : [],
    impact: impact && (await inSlices(impact, signal)),
    population: impact ? population.info : null,
  }
}

/** Each of the three takes long of a long text. */
function* readSteps(
  source: string,
  older: Side,
  newer: Side,
  format: Format,
): Generator<void, { readonly before: Written; readonly after: Written; readonly diff: string }> {
  const before = readText(older.text, format)
  yield
  const after = readText(newer.text, format)
  yield
  const diff = diffOf(source, older.text, newer.text)
  yield
  return { before, after, diff }
}

async function readSide({ store }: FleetStore, number: number, signal: AbortSignal): Promise<Side> {
  const entry = await generation(store, number, signal)
  if (entry === undefined) throw noGeneration(number)
  return { generation: number, text: entry.text }
}

/** By its text, as publishers look for it. */
async function quarantineOf(
  { store }: FleetStore,
  { text }: Side,
  signal: AbortSignal,
): Promise<Quarantined | null> {
  const hash = contentHash(text)
  const all = await readQuarantine(store, signal)
  return all.filter((one) => one.hash === hash).at(-1) ?? null
}

export const noGeneration = (number: number): BadEdit =>
  new BadEdit(404, 'not_found', `there is no generation ${number}; it may have been pruned`)

async function impactOf(
  source: string,
  older: Side,
  newer: Side,
  { features, population }: { readonly features: Features; readonly population: Population },
) {
  const before = await features.trial(source, older.text)
  const after = await features.trial(source, newer.text)
  return impactSteps(before, after, { population: population.visitors })
}
