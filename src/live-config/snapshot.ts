import { createHash } from 'node:crypto'
import { type Decision, decisionOf } from '../core/decision'
import type { SharedDefinitions } from '../core/definitions'
import type { EntryInForce } from '../core/entry-in-force'
import { shown } from '../core/errors'
import { Installed } from '../core/feature'
import type { ExperimentInfo } from '../core/participation'
import type { Life } from '../core/selector'
import type { Holdout } from './entries/holdouts'
import type { Item, Items } from './entries/judge'
import type { Metric } from './entries/metrics'
import type { Version } from './entries/version'
import { joinedDefinitions, type Shared } from './entries/shared'
import type { Entry } from './text/entry'

/** The features of one source, which override those of the layers before. */
export interface Layer {
  readonly source: string
  readonly items: Items
  readonly shared?: Shared
  readonly metrics?: readonly Metric[]
}

/** An experiment with a life and the feature that has it. */
export interface FeatureLife {
  readonly feature: string
  readonly life: Life
}

/** The place of a feature's newest text. */
export interface SourceEntry {
  readonly source: string
  readonly entry: Entry
}

/** Of more layers, as a directory of many files has, the one of each feature is looked up. */
const SEARCHED = 4

/**
 * The features in force. It never changes for its users; a new content is a new snapshot. A feature
 * is looked up in the layers when it is first asked for: of ten thousand features a process asks a
 * few hundred.
 */
export class Snapshot {
  private readonly installed = new Map<string, Installed>()
  private joined: SharedDefinitions | undefined
  private revised: string | undefined
  private living: readonly FeatureLife[] | undefined
  private informed: ReadonlyMap<string, ExperimentInfo> | undefined
  private sticky: readonly string[] | undefined
  private byName: ReadonlyMap<string, Layer> | undefined

  constructor(
    /** The content in force: 0 before the first. */
    readonly generation: number,
    /** SHA-256 of the content's bytes, hex; of several sources, of their hashes in order. */
    readonly hash: string,
    /** When it was installed: milliseconds since 1970. */
    readonly loadedAt: number,
    /** Of two layers with one feature the later is in force. */
    private readonly layers: readonly Layer[],
    /** Those in force, sorted by name. */
    readonly holdouts: readonly Holdout[] = [],
  ) {}

  /**
   * The definitions that experiments in code may name: the groups of all layers; of two with one
   * name the later.
   */
  get definitions(): SharedDefinitions {
    return (this.joined ??= joinedDefinitions(this.layers.flatMap(({ shared }) => shared ?? [])))
  }

  /** What experiments are judged by: of two with one name the later layer's. */
  get metrics(): readonly Metric[] {
    const all = this.layers.flatMap(({ metrics }) => metrics ?? [])
    return [...new Map(all.map((metric) => [metric.name, metric])).values()]
  }

  /**
   * The hash of the content; where an entry was refused, also of the versions in force in its
   * place, because two processes that read one content may have different versions in force.
   */
  get revision(): string {
    return (this.revised ??= this.hashOfInForce())
  }

  /** The attributes by which the experiments in force store assignments, sorted. */
  get stickyAttributes(): readonly string[] {
    return (this.sticky ??= [
      ...new Set([...this.items()].flatMap(([, { version }]) => version?.stickyAttributes ?? [])),
    ].sort())
  }

  find(name: string): Installed | undefined {
    return this.installed.get(name) ?? this.install(name)
  }

  /** Every experiment with a life, by the feature that has it. */
  get lives(): readonly FeatureLife[] {
    return (this.living ??= [...this.items()].flatMap(([feature, { version }]) =>
      version?.life ? [{ feature, life: version.life }] : [],
    ))
  }

  /** The same by the feature's name, as the public API shows them. */
  get experiments(): ReadonlyMap<string, ExperimentInfo> {
    return (this.informed ??= new Map(
      this.lives.map(({ feature, life }) => [feature, infoOf(feature, life)]),
    ))
  }

  /** The item whose version is in force, or else the one whose text was refused. */
  item(name: string): Item | undefined {
    return this.layerOf(name)?.items.get(name)
  }

  /** What records of a feature's answers keep. */
  entryOf(name: string): EntryInForce | undefined {
    const version = this.item(name)?.version
    return version && new EntryOfVersion(version, this.hash)
  }

  placeOf(name: string): SourceEntry | undefined {
    const layer = this.layerOf(name)
    const item = layer?.items.get(name)
    return layer && item && { source: layer.source, entry: item.entry }
  }

  /** Features in force. */
  *names(): Generator<string> {
    for (const [name, item] of this.items()) if (item.version) yield name
  }

  /** Every feature of all layers once, refused ones included. */
  *items(): Generator<[string, Item]> {
    if (this.layers.length > SEARCHED) yield* this.itemsByName()
    else yield* this.itemsByLayer()
  }

  private *itemsByLayer(): Generator<[string, Item]> {
    for (const [i, { items }] of this.layers.entries()) {
      for (const [name, item] of items) {
        if (this.layers.length === 1) yield [name, item]
        else if (this.layers.findIndex((layer) => layer.items.has(name)) === i)
          yield [name, this.item(name) ?? item]
      }
    }
  }

  /**
   * Visits every feature of all layers once, refused ones included. It makes no pair of each, as
   * `items` does.
   */
  forEach(visit: (item: Item, name: string) => void): void {
    const [only, ...others] = this.layers
    if (only && others.length === 0) only.items.forEach(visit)
    else for (const [name, item] of this.items()) visit(item, name)
  }

  private hashOfInForce(): string {
    const replaced = [...this.items()].flatMap(([name, { heldBack, version }]) =>
      heldBack || version === undefined ? [[name, version?.revision ?? 'off']] : [],
    )
    if (replaced.length === 0) return this.hash
    const text = JSON.stringify([
      this.hash,
      replaced.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    ])
    return createHash('sha256').update(text).digest('hex')
  }

  private install(name: string): Installed | undefined {
    const item = this.item(name)
    if (item?.version === undefined) return undefined
    const installed = new Installed(
      item.version.feature,
      this.generation,
      this.installed.size,
      item.heldBack,
    )
    this.installed.set(name, installed)
    return installed
  }

  private *itemsByName(): Generator<[string, Item]> {
    for (const [name, { items }] of this.layersByName) {
      const item = items.get(name)
      if (item) yield [name, item]
    }
  }

  /** The layer of each feature, as `layerOf` finds it, in the order of the layers. */
  private get layersByName(): ReadonlyMap<string, Layer> {
    if (this.byName) return this.byName
    const byName = new Map<string, Layer>()
    for (const layer of this.layers)
      for (const [name, { version }] of layer.items)
        if (version || !byName.get(name)?.items.get(name)?.version) byName.set(name, layer)
    this.byName = byName
    return byName
  }

  private layerOf(name: string): Layer | undefined {
    if (this.layers.length === 1) return this.layers[0]
    if (this.layers.length > SEARCHED) return this.layersByName.get(name)
    const last = this.layers.findLast(({ items }) => items.get(name)?.version !== undefined)
    return last ?? this.layers.findLast(({ items }) => items.has(name))
  }
}

/** Nothing is hashed or written before somebody reads it, and the hash then once for a version. */
class EntryOfVersion implements EntryInForce {
  constructor(
    private readonly version: Version,
    readonly config: string,
  ) {}

  get revision(): string {
    return this.version.revision
  }

  get text(): string {
    return this.version.text
  }

  get reportBy(): readonly string[] {
    return this.version.reportBy
  }
}

const infoOf = (
  feature: string,
  { experiment, status, domains, priority, statusAt }: Life,
): ExperimentInfo => ({ feature, experiment, status, domains, priority, statusAt })

export const NOTHING = new Snapshot(0, '', 0, [])

/** The Decision for a name without a feature. */
export function missing(name: string, snapshot: Snapshot): Decision {
  // A name may come from a visitor and be anything, a symbol included.
  const text = shown(name)
  const refused = snapshot.item(name)?.problems[0]
  const error = refused
    ? ({
        code: 'PARSE_ERROR',
        message: `${text} was refused and has no last good version: ${refused.message}`,
      } as const)
    : ({ code: 'FLAG_NOT_FOUND', message: `the live config has no feature_${text}` } as const)
  return decisionOf(name, { enabled: false, reason: 'ERROR', error }, snapshot.generation)
}
