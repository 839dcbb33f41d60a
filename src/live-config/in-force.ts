import { createHash } from 'node:crypto'
import type { Problem } from '../core/problem'
import { mergeTexts } from './clashes'
import type { Item } from './entries/judge'
import type { Semantics } from './entries/semantics'
import type { Part } from './part'
import { withoutNoSwitches } from './override-values'
import { type Additions, NO_ADDITIONS, withAdditions } from './completed'
import { overridesNothing } from './overrides-nothing'
import { type Layer, NOTHING, Snapshot } from './snapshot'
import { snapshotWarnings } from './snapshot-warnings'
import { TimeSlice } from '../runtime/time-slice'

/** A snapshot and the parts that it was built from. */
export interface InForce {
  readonly snapshot: Snapshot
  /** The parts of each source. */
  readonly parts: readonly (readonly Part[])[]
  /** The layers of each source. */
  readonly layers: readonly (readonly Layer[])[]
  /** Problems between entries, and those that come with time. */
  readonly clashes: readonly Problem[]
  /** Why some entries of a later source do not override those of an earlier one. */
  readonly notOverriding: readonly Problem[]
  /** What stands elsewhere and belongs into entries. */
  readonly additions: Additions
}

export const NOTHING_IN_FORCE: InForce = {
  snapshot: NOTHING,
  parts: [],
  layers: [],
  clashes: [],
  notOverriding: [],
  additions: NO_ADDITIONS,
}

/**
 * Merges the parts of all sources into a snapshot. A feature that is in two texts of a source keeps
 * its version of `before`. Yields between slices.
 */
export function* snapshotOf(
  parts: readonly (readonly Part[])[],
  before: InForce,
  rules: Semantics,
  generation: number,
  loadedAt: number,
): Generator<void, InForce> {
  const slice = new TimeSlice()
  const merged = parts.map((texts, i) => mergeTexts(texts, before.layers[i] ?? [], rules))
  const { layers, problems } = yield* withoutNoSwitches(
    merged.map((source) => source.layers),
    parts,
    rules.badEntry === 'hold' ? before.layers : [],
    slice,
  )
  const overlaid = yield* overlay(layers, slice)
  const whole = yield* withAdditions(overlaid.layers, parts.flat(), before.additions, rules)
  const holdouts = [...whole.additions.holdouts.values()].toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  )
  const snapshot = new Snapshot(generation, hashOf(parts.flat()), loadedAt, whole.layers, holdouts)
  yield
  const warnings = yield* snapshotWarnings(snapshot, loadedAt)
  return {
    snapshot,
    parts,
    layers,
    clashes: [
      ...merged.flatMap((source) => source.problems),
      ...problems,
      ...whole.problems,
      ...warnings,
      ...(yield* overridesNothing(layers, parts, slice)),
    ],
    notOverriding: overlaid.problems,
    additions: whole.additions,
  }
}

/**
 * An entry that is refused and has no good version overrides nothing: the version of an earlier
 * source stays in force. Its author expects otherwise, so that version counts as held back.
 */
function* overlay(
  sources: readonly (readonly Layer[])[],
  slice: TimeSlice,
): Generator<void, { readonly layers: readonly Layer[]; readonly problems: readonly Problem[] }> {
  if (sources.length < 2) return { layers: sources.flat(), problems: [] }
  const problems: Problem[] = []
  const layers: Layer[] = []
  const held = new Map<Layer, Map<string, Item>>()
  for (const source of sources) {
    const below = [...layers]
    for (const layer of source)
      layers.push(yield* withoutRefused(layer, { below, held, slice }, problems))
  }
  const marked = layers.map((layer) => {
    const items = held.get(layer)
    return items ? { ...layer, items } : layer
  })
  return { layers: marked, problems }
}

interface Below {
  readonly below: readonly Layer[]
  /** The items of layers of which some are marked, with the marks. */
  readonly held: Map<Layer, Map<string, Item>>
  readonly slice: TimeSlice
}

/** The layer without entries that override nothing; they are marked in the layer below. */
function* withoutRefused(
  layer: Layer,
  { below, held, slice }: Below,
  problems: Problem[],
): Generator<void, Layer> {
  const refused = new Set<string>()
  for (const [name, { version, problems: why }] of layer.items) {
    if (slice.isOver()) yield
    const under = version ? undefined : below.findLast((one) => one.items.get(name)?.version)
    if (under === undefined) continue
    const items = held.get(under) ?? new Map(under.items)
    const item = items.get(name)
    if (item === undefined) continue
    held.set(under, items)
    refused.add(name)
    const shown = [...item.problems, ...why]
    items.set(name, { ...item, heldBack: true, isOverridden: true, problems: shown })
    problems.push(...why.slice(0, 1).map((problem) => ({ ...problem, source: layer.source })))
  }
  if (refused.size === 0) return layer
  return { ...layer, items: new Map([...layer.items].filter(([name]) => !refused.has(name))) }
}

/** Whether the snapshot was built from exactly these parts; then there is nothing to install. */
export function isMadeOf({ parts: made }: InForce, parts: readonly (readonly Part[])[]): boolean {
  const sameParts = (a: readonly Part[], b: readonly Part[] = []): boolean =>
    a.length === b.length &&
    a.every(({ source, items }, i) => items === b[i]?.items && source === b[i].source)
  return parts.length === made.length && parts.every((texts, i) => sameParts(texts, made[i]))
}

function hashOf(parts: readonly Part[]): string {
  const hashes = parts.map((part) => part.hash ?? '')
  return hashes.length === 1
    ? hashes.join('')
    : createHash('sha256').update(hashes.join('\n')).digest('hex')
}
