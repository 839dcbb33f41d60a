import { jsonEqual, type JsonValue } from '../core/json'
import type { Path, Position, Problem } from '../core/problem'
import { TimeSlice } from '../runtime/time-slice'
import type { Item } from './entries/judge'
import { parsing } from './entries/parse-feature'
import { gatedRampOf, readRamps, withEdits } from './entries/ramps'
import type { Semantics } from './entries/semantics'
import type { Version } from './entries/version'
import type { Part } from './part'
import type { Layer } from './snapshot'
import type { Entry } from './text/entry'

/** An entry whose ramp was edited: compiled again only when one of the two changes. */
interface Ramped {
  readonly of: Version
  readonly edits: JsonValue
  readonly version: Version
}

/** By the name of the feature. */
export type RampedVersions = ReadonlyMap<string, Ramped>

/** The layers with the edits of ramps in the entries that they belong to. */
interface WithRamps {
  readonly layers: readonly Layer[]
  readonly ramped: RampedVersions
  readonly problems: readonly Problem[]
}

/**
 * Puts the edits of ramps, which `liveflag gates` writes into a text of their own, into the entries
 * that they belong to. So the entry stays its author's, who may change or switch it off meanwhile, and
 * whatever reads it sees how far its ramp is. Edits that cannot be read leave the ramp as it was
 * before; a process that starts with them has it at 0. Yields between slices.
 */
export function* withRamps(
  layers: readonly Layer[],
  parts: readonly Part[],
  before: RampedVersions,
  rules: Semantics,
): Generator<void, WithRamps> {
  const slice = new TimeSlice()
  if (rules.compat === 'r2') return { layers, ramped: new Map(), problems: [] }
  const { logs, problems } = readAll(parts)
  const ramped = new Map<string, Ramped>()
  const changed = new Map<Layer, Map<string, Item>>()
  for (const [name, { edits: written, source }] of logs) {
    if (slice.isOver()) yield
    const layer = layers.findLast((one) => one.items.get(name)?.version)
    const item = layer?.items.get(name)
    if (layer === undefined || item?.version === undefined) continue
    const of = item.version
    if (gatedRampOf(of.definition.value) === undefined) {
      problems.push(notGated(name, source))
      continue
    }
    const old = before.get(name)
    const edits = written ?? old?.edits ?? UNREADABLE
    const version =
      old?.of === of && jsonEqual(old.edits, edits)
        ? old.version
        : yield* compiled(item.entry, of, edits, rules, slice)
    if (version === undefined) continue
    ramped.set(name, { of, edits, version })
    const items = changed.get(layer) ?? new Map(layer.items)
    changed.set(layer, items.set(name, { ...item, version }))
  }
  const patched = layers.map((layer) => {
    const items = changed.get(layer)
    return items ? { ...layer, items } : layer
  })
  return { layers: patched, ramped, problems }
}

/** Whoever starts with edits that nobody can read does not know whether a gate failed. */
const UNREADABLE: JsonValue = [
  { at: '1970-01-01', outcome: 'fail', to: 0, reason: 'its edits cannot be read' },
]

interface Log {
  readonly edits: JsonValue | null
  readonly source: string
}

/** Of two texts with edits of one ramp the later counts. */
function readAll(parts: readonly Part[]): {
  readonly logs: ReadonlyMap<string, Log>
  readonly problems: Problem[]
} {
  const logs = new Map<string, Log>()
  const problems: Problem[] = []
  for (const { source, document } of parts) {
    if (document === undefined) continue
    const read = readRamps(document)
    for (const [name, edits] of read.edits) logs.set(name, { edits, source })
    problems.push(...read.problems.map((problem) => ({ ...problem, source })))
  }
  return { logs, problems }
}

const notGated = (feature: string, source: string): Problem => ({
  code: 'overrides-nothing',
  severity: 'warning',
  feature,
  source,
  message: `ramps has edits of feature_${feature}, whose traffic is no ramp with gates; they have no effect, so take them out`,
})

function* compiled(
  entry: Entry,
  { definition, shared, generation }: Version,
  edits: JsonValue,
  rules: Semantics,
  slice: TimeSlice,
): Generator<void, Version | undefined> {
  const edited = new RampedEntry(entry, withEdits(definition.value, edits))
  const { version } = yield* parsing(edited, { ...rules, shared }, generation, slice)
  return version
}

/** An entry as it was written, with another value. */
class RampedEntry implements Entry {
  readonly key: string
  readonly text = undefined

  constructor(
    private readonly written: Entry,
    readonly value: JsonValue,
  ) {
    this.key = written.key
  }

  get position(): Position {
    return this.written.position
  }

  locate(path: Path, target?: 'key' | 'value'): Position {
    return this.written.locate(path, target)
  }
}
