import { isJsonList, isJsonObject, jsonEqual, type JsonObject, type JsonValue } from '../core/json'
import type { Path, Position, Problem } from '../core/problem'
import { didYouMean } from '../core/suggest'
import { TimeSlice } from '../runtime/time-slice'
import { concerns, HOLDOUTS, type Holdout, namedHoldouts, readHoldouts } from './entries/holdouts'
import type { Item } from './entries/judge'
import { parsing } from './entries/parse-feature'
import { hasGates, rampOfTraffic, readRamps, withEdits } from './entries/ramps'
import type { Semantics } from './entries/semantics'
import type { Version } from './entries/version'
import { lostEdits } from './lost-edits'
import type { Part } from './part'
import type { Layer } from './snapshot'
import type { Entry } from './text/entry'

/** An entry with what stands elsewhere: compiled again only when one of the two changes. */
interface Completed {
  readonly of: Version
  readonly value: JsonValue
  readonly version: Version
}

/** What stands at the top of texts and belongs into entries, as it was accepted last. */
export interface Additions {
  /** By the name of the feature. */
  readonly edits: ReadonlyMap<string, JsonValue>
  /** What all other ramps have; undefined but where nobody could read `ramps` since the start. */
  readonly otherEdits: JsonValue | undefined
  /** It was looked for once. */
  readonly hasBegun: boolean
  /** By name. */
  readonly holdouts: ReadonlyMap<string, Holdout>
  /** By the name of the feature. */
  readonly completed: ReadonlyMap<string, Completed>
}

export const NO_ADDITIONS: Additions = {
  edits: new Map(),
  otherEdits: undefined,
  hasBegun: false,
  holdouts: new Map(),
  completed: new Map(),
}

interface Result {
  readonly layers: readonly Layer[]
  readonly additions: Additions
  readonly problems: readonly Problem[]
}

/**
 * Puts into entries what is said of them elsewhere: the edits of ramps, which `liveflag gates` writes
 * into a text of its own, and the percentages of holdouts. So an entry stays its author's, who may
 * change or switch it off meanwhile, and whatever reads the entry in force sees all that decides. What
 * cannot be read stays as it was before; a process that starts with such edits has the ramp at 0.
 * Yields between slices.
 */
export function* withAdditions(
  layers: readonly Layer[],
  parts: readonly Part[],
  before: Additions,
  rules: Semantics,
): Generator<void, Result> {
  if (rules.compat === 'r2') return { layers, additions: NO_ADDITIONS, problems: [] }
  const read = readAll(parts, before)
  const problems = [...read.problems, ...lostEdits(read.sources, layers)]
  const completed = new Map<string, Completed>()
  const changed = new Map<Layer, Map<string, Item>>()
  const slice = new TimeSlice()
  for (const { name, layer, item, version } of concerned(layers, read)) {
    if (slice.isOver()) yield
    const old = before.completed.get(name)
    const value = valueWith(name, version, read, (problem) =>
      problems.push({ source: layer.source, ...problem }),
    )
    if (value === version.definition.value) continue
    const next =
      old?.of === version && jsonEqual(old.value, value)
        ? old.version
        : yield* compiled(item.entry, version, value, rules, slice)
    if (next === undefined) continue
    completed.set(name, { of: version, value, version: next })
    const items = changed.get(layer) ?? new Map(layer.items)
    changed.set(layer, items.set(name, { ...item, version: next }))
  }
  const { edits, otherEdits, holdouts } = read
  return {
    layers: layers.map((layer) => {
      const items = changed.get(layer)
      return items ? { ...layer, items } : layer
    }),
    additions: { edits, otherEdits, hasBegun: true, holdouts, completed },
    problems,
  }
}

/** Whoever starts with edits that nobody can read does not know whether a gate failed. */
const UNREADABLE: JsonValue = [
  { at: '1970-01-01', outcome: 'fail', to: 0, reason: 'its edits cannot be read' },
]

interface Read extends Pick<Additions, 'edits' | 'otherEdits' | 'holdouts'> {
  /** The text that has the edits of a feature. */
  readonly sources: ReadonlyMap<string, string>
  readonly problems: readonly Problem[]
}

/** Of two texts with edits of one ramp, or with holdouts of one name, the later counts. */
function readAll(parts: readonly Part[], before: Additions): Read {
  const all = parts.flatMap(({ source, document }) =>
    document === undefined
      ? []
      : [{ source, ramps: readRamps(document), held: readHoldouts(document) }],
  )
  // Nobody knows whom it was about, so all that there was stays.
  const hasLostRamps = all.some(({ ramps }) => ramps.isUnreadable)
  const hasLostHoldouts = all.some(({ held }) => held.isUnreadable)
  const edits = new Map(hasLostRamps ? before.edits : [])
  const holdouts = new Map(hasLostHoldouts ? before.holdouts : [])
  const otherEdits = hasLostRamps ? (before.hasBegun ? before.otherEdits : UNREADABLE) : undefined
  const sources = new Map<string, string>()
  const problems: Problem[] = []
  for (const { source, ramps, held } of all) {
    for (const [name, log] of ramps.edits) {
      edits.set(name, log ?? before.edits.get(name) ?? UNREADABLE)
      sources.set(name, source)
    }
    for (const [name, one] of held.byName) {
      const holdout = one ?? before.holdouts.get(name)
      if (holdout) holdouts.set(name, holdout)
    }
    for (const problem of [...ramps.problems, ...held.problems])
      problems.push({ ...problem, source })
  }
  return { edits, otherEdits, holdouts, sources, problems }
}

interface InForce {
  readonly name: string
  readonly layer: Layer
  readonly item: Item
  readonly version: Version
}

/** The features that something elsewhere may belong to. Where there are holdouts, each may. */
function* concerned(
  layers: readonly Layer[],
  { edits, otherEdits, holdouts }: Read,
): Generator<InForce> {
  for (const [i, layer] of layers.entries())
    for (const [name, item] of layer.items) {
      const { version } = item
      if (version === undefined) continue
      const isNaming = version.feature.steps[0]?.selector === HOLDOUTS
      const mayHave = edits.has(name) || otherEdits !== undefined
      if (holdouts.size === 0 && !isNaming && !mayHave) continue
      const isOver = layers.slice(i + 1).some((one) => one.items.get(name)?.version)
      if (!isOver) yield { name, layer, item, version }
    }
}

/** The value of an entry with all that belongs into it; the value itself where nothing does. */
function valueWith(
  feature: string,
  { definition }: Version,
  { edits, otherEdits, holdouts, sources }: Read,
  report: (problem: Problem) => void,
): JsonValue {
  const { value, isPayload } = definition
  const own = isPayload ? undefined : edits.get(feature)
  const ramp = rampOfTraffic(value)
  const isGated = ramp !== undefined && hasGates(ramp)
  const hasEdits = own !== undefined && !(isJsonList(own) && own.length === 0)
  if (hasEdits && !isGated && sources.has(feature))
    report(notGated(feature, ramp ? STAYS : IS_NO_RAMP, sources.get(feature)))
  // Who takes the gates out of the entry has not said that what failed is good by now.
  const log = own ?? (isPayload || !isGated ? undefined : otherEdits)
  if (!isJsonObject(value) || isPayload) return value
  const held = holdoutsOf(value, holdouts)
  for (const name of namedHoldouts(value))
    if (!holdouts.has(name)) report(unknownHoldout(feature, name, [...holdouts.keys()]))
  const ramped = log !== undefined && ramp ? withEdits(value, log) : value
  if (Object.keys(held).length === 0 || !isJsonObject(ramped)) return ramped
  return { ...ramped, [HOLDOUTS]: held }
}

/** In the order of their names, so that a visitor of several is held out by the same one always. */
function holdoutsOf(entry: JsonObject, holdouts: ReadonlyMap<string, Holdout>): JsonObject {
  const named = namedHoldouts(entry)
  const own = [...holdouts.values()].filter(
    (holdout) => named.includes(holdout.name) || concerns(holdout, entry),
  )
  own.sort((a, b) => (a.name < b.name ? -1 : 1))
  return Object.fromEntries(own.map(({ name, percent }) => [name, percent]))
}

const STAYS =
  'whose ramp has no gates, so it stays where they have it: a failure keeps it back, and it leaves no hold without a pass. Resume it with liveflag gates --resume, or take the feature out of ramps, after which it is at once where its dates have it'
const IS_NO_RAMP =
  'whose traffic is no ramp, so they have no effect, and a failure among them keeps nobody out; take the feature out of ramps'

const notGated = (feature: string, says: string, source = ''): Problem => ({
  code: 'overrides-nothing',
  severity: 'warning',
  feature,
  source,
  message: `ramps has edits of feature_${feature}, ${says}`,
})

function unknownHoldout(feature: string, name: string, known: readonly string[]): Problem {
  const meant = didYouMean(name, known)
  const hint =
    meant === undefined ? 'define it under holdouts at the top' : `did you mean ${meant}?`
  const message = `there is no holdout ${name}, so nobody is held out by it; ${hint}`
  return { code: 'bad-type', severity: 'error', feature, path: HOLDOUTS, message }
}

function* compiled(
  entry: Entry,
  { shared, generation }: Version,
  value: JsonValue,
  rules: Semantics,
  slice: TimeSlice,
): Generator<void, Version | undefined> {
  const completed = new CompletedEntry(entry, value)
  const { version } = yield* parsing(completed, { ...rules, shared }, generation, slice)
  return version
}

/** An entry as it was written, with another value. */
class CompletedEntry implements Entry {
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
