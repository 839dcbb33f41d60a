import type { JsonValue } from '../core/json'
import { ANYTHING, checkOptions } from '../core/options'
import type { FeatureMetrics, ReadSource } from '../engine/feature-metrics'

/** Longer texts would make labels that nobody reads and every scrape carries. */
const LONGEST = 32

/**
 * A value as a label of few different texts (docs/spec/remote-config.md, section 12): what is long
 * or made of parts is its type alone.
 */
export function valueLabel(value: JsonValue): string {
  if (typeof value === 'string') return isShort(value) ? value : '<string>'
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? '<array>' : '<object>'
  return String(value)
}

/** Counts characters, of which some are two units of a text. */
const isShort = (text: string): boolean =>
  text.length <= LONGEST || (text.length <= 2 * LONGEST && [...text].length <= LONGEST)

/** How often a feature was read with a value from a source. */
export interface ReadCount {
  readonly feature: string
  readonly source: ReadSource
  readonly value: string
  readonly reads: number
}

export interface ReadCountsOptions {
  /**
   * Features that the code knows: they keep their names although the live config lacks them.
   * Default none.
   */
  readonly knownFeatures?: Iterable<string>
  /** Different values of one feature; those beyond count as `<other>`. Default 20. */
  readonly valuesPerFeature?: number
}

/**
 * All names that neither the live config nor the code knows: they may come from visitors, and have
 * no end.
 */
const UNKNOWN = '<unknown>'
const OTHER = '<other>'
/** Those beyond are counted as one. */
const MOST_FEATURES = 20_000

interface Cell {
  reads: number
}

/** What is known of one feature. */
class FeatureReads {
  readonly values = new Set<string>()
  readonly sources = new Map<ReadSource, Map<string, Cell>>()

  cell(source: ReadSource, value: string): Cell {
    const cells = this.sources.get(source) ?? new Map<string, Cell>()
    this.sources.set(source, cells)
    const cell = cells.get(value) ?? { reads: 0 }
    cells.set(value, cell)
    return cell
  }
}

/** Counts reads in memory, with labels that stay few whatever is asked. */
export class ReadCounts implements Required<Pick<FeatureMetrics, 'read'>> {
  private readonly features = new Map<string, FeatureReads>()
  private readonly known: ReadonlySet<string>
  private readonly most: number

  constructor(options: ReadCountsOptions = {}) {
    checkOptions('ReadCounts', options, { knownFeatures: ANYTHING, valuesPerFeature: ANYTHING })
    const { knownFeatures = [], valuesPerFeature = 20 } = options
    this.known = new Set(knownFeatures)
    this.most = valuesPerFeature
  }

  read(feature: string, source: ReadSource, value: JsonValue): void {
    const isNamed =
      (source !== 'unknownFeature' && source !== 'not_ready') || this.known.has(feature)
    const reads = this.of(isNamed ? feature : UNKNOWN)
    const label = valueLabel(value)
    const known = reads.sources.get(source)?.get(label)
    if (known) known.reads++
    else reads.cell(source, this.bounded(reads, label)).reads++
  }

  /** In the order in which they came up. */
  *counts(): Generator<ReadCount> {
    for (const [feature, { sources }] of this.features) {
      for (const [source, cells] of sources)
        for (const [value, { reads }] of cells) yield { feature, source, value, reads }
    }
  }

  private of(feature: string): FeatureReads {
    const known = this.features.get(feature)
    if (known) return known
    // Names come and go with the live config, as long as the process lives.
    const isFull = feature !== OTHER && this.features.size >= MOST_FEATURES
    if (isFull) return this.of(OTHER)
    const reads = new FeatureReads()
    this.features.set(feature, reads)
    return reads
  }

  private bounded({ values }: FeatureReads, label: string): string {
    if (values.has(label)) return label
    if (values.size >= this.most) return OTHER
    values.add(label)
    return label
  }
}
