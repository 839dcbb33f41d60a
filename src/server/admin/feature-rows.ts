import { type ConfiguredExperiment, experimentsOf } from '../../analysis/configured'
import { type GatedRamp, gatedRampOf } from '../../analysis/gated-ramp'
import { rampNow } from '../../analysis/ramp-now'
import { isJsonList, isJsonObject, type JsonValue } from '../../core/json'
import type { Metadata } from '../../core/feature'
import type { Described } from '../../engine/described'
import type { Features } from '../../engine/features'
import { holdoutsIn } from '../../experiments/holdout'
import { type RampIn, rampsIn } from '../../experiments/ramp'
import { TimeSlice } from '../../runtime/time-slice'
import type { EvaluationHistory } from '../evaluation-history'
import type { Evaluations } from '../evaluations'
import type { FeatureRow, FeatureState, LastEdit } from './contract'
import type { EntryHistory } from './entry-history'
import type { RampView } from './gates/contract'
import type { HeldBack } from './holdouts/contract'
import type { Reaches } from './reach'
import { editableIn } from './source-texts'
import { Staleness } from './stale'

const SPARK_MINUTES = 30

export interface RowParts {
  readonly features: Features
  readonly reaches: Reaches
  readonly evaluations: Evaluations
  readonly asked: Pick<EvaluationHistory, 'lastAt' | 'watchedSince'>
  readonly history: EntryHistory
  /** The newest edit of a feature that was made here. */
  readonly lastEditOf: (name: string) => LastEdit | undefined
}

/** What a row shows that depends on the entry alone. */
interface Fixed {
  readonly described: Described
  readonly words: string
  readonly experiments: readonly ConfiguredExperiment[]
  readonly metadata: Metadata
  readonly ramps: readonly RampIn[]
  readonly gated: GatedRamp | undefined
  readonly holdouts: readonly HeldBack[]
}

/** Builds the rows of features; what an entry says is found once, until it changes. */
export class FeatureRows {
  private readonly fixed = new Map<string, Fixed>()

  private readonly staleness: Staleness

  constructor(private readonly parts: RowParts) {
    this.staleness = new Staleness(parts.features)
  }

  /** Visits rows sorted by name, features without a good version included. Yields between slices. */
  *forEach(visit: (row: FeatureRow) => void): Generator<void, void> {
    const { names, rejected } = this.parts.features.snapshot
    const editable = new Set(editableIn(this.parts.features))
    const all = [...names, ...rejected].sort()
    if (this.fixed.size > all.length) this.forgetAllBut(new Set(all))
    const slice = new TimeSlice()
    for (const name of all) {
      if (slice.isOver()) yield
      const row = this.row(name, editable)
      if (row) visit(row)
    }
  }

  /** Finds what entries say before anybody asks. Yields between slices. */
  *prepare(): Generator<void, void> {
    const slice = new TimeSlice()
    for (const name of this.parts.features.snapshot.names) {
      if (slice.isOver()) yield
      this.fixedOf(name)
    }
  }

  of(name: string): FeatureRow | undefined {
    return this.row(name, new Set(editableIn(this.parts.features)))
  }

  experimentsOf(name: string): readonly ConfiguredExperiment[] {
    return this.fixedOf(name)?.experiments ?? []
  }

  /** Its ramp with gates, with what became of them; undefined without one. */
  gatedRampOf(name: string): GatedRamp | undefined {
    return this.fixedOf(name)?.gated
  }

  /** The holdouts whose people do not get it, in the order in which they are asked. */
  holdoutsOf(name: string): readonly HeldBack[] {
    return this.fixedOf(name)?.holdouts ?? []
  }

  private row(name: string, editable: ReadonlySet<string>): FeatureRow | undefined {
    const fixed = this.fixedOf(name)
    if (fixed === undefined) return undefined
    const { described, metadata, experiments } = fixed
    const { reaches, evaluations, asked } = this.parts
    const reach = reaches.of(name)
    const [experiment] = experiments
    const lastAskedAt = asked.lastAt(name)
    return {
      name,
      owner: textOf(metadata['owner']),
      tags: listOf(metadata['tags']),
      description: textOf(metadata['description']),
      expires: textOf(metadata['expires']),
      state: stateOf(fixed),
      words: fixed.words,
      share: reach?.share ?? (described.feature === undefined ? 0 : null),
      variants: reach?.variants ?? (described.feature === undefined ? {} : null),
      lastEdit: this.lastEdit(name),
      lastAskedAt: lastAskedAt ?? null,
      perMinute: evaluations.perMinute(name, SPARK_MINUTES),
      stale: this.staleOf(fixed, reach?.share, lastAskedAt),
      ramps: fixed.ramps.map((one) => this.rampView(one)),
      problems: described.problems.length,
      errors: described.problems.filter(({ severity }) => severity === 'error').length,
      experiment: experiment
        ? { id: experiment.id, status: this.statusOf(name, experiment) }
        : null,
      source: described.source,
      canEdit: editable.has(described.source),
    }
  }

  /** As it is now: an experiment starts and ends by the clock. */
  private statusOf(name: string, { status }: ConfiguredExperiment): string | null {
    const { features } = this.parts
    return features.experiments.get(name)?.statusAt(features.now()) ?? status ?? null
  }

  private rampView({ path, ramp }: RampIn): RampView {
    const now = this.parts.features.now()
    return {
      path: path.join('.'),
      words: rampNow(ramp, now),
      held: ramp.heldAt(now)?.why ?? null,
      gates: ramp.gates,
    }
  }

  private staleOf(
    { described: { name }, metadata }: Fixed,
    share: number | undefined,
    lastAskedAt: number | undefined,
  ): FeatureRow['stale'] {
    const { asked, history } = this.parts
    return this.staleness.of({
      name,
      share,
      editedAt: (of) => history.of(of)?.at,
      asked: { since: asked.watchedSince, lastAt: lastAskedAt },
      expires: textOf(metadata['expires']),
      isPermanent: metadata['permanent'] === true,
    })
  }

  private lastEdit(name: string): LastEdit | null {
    const made = this.parts.lastEditOf(name)
    const seen = this.parts.history.of(name)
    if (made && made.at >= (seen?.at ?? 0) - SAME_EDIT_MS) return made
    return seen?.isChange ? { at: seen.at, by: null, reason: null } : (made ?? null)
  }

  private fixedOf(name: string): Fixed | undefined {
    const { features } = this.parts
    const described = features.describe(name)
    if (described === undefined) return undefined
    const known = this.fixed.get(name)
    if (known && isSameEntry(known.described, described)) return { ...known, described }
    const words = described.words()
    const { value } = described
    const { compat = 'liveflag', value: inForce } = features.definition(name) ?? {}
    const fixed = {
      described,
      words: words.map((one) => one.words).join(', and ') || 'nobody',
      experiments: isJsonObject(value) ? experimentsOf(name, value, compat) : [],
      metadata: isJsonObject(value) ? value : {},
      // With what another text may say: what became of its gates, and its holdouts.
      ramps: rampsIn(inForce),
      gated: gatedRampOf(name, inForce, compat),
      holdouts: isJsonObject(inForce)
        ? holdoutsIn(inForce).map(([holdout, percent]) => ({ name: holdout, percent }))
        : [],
    }
    this.fixed.set(name, fixed)
    return fixed
  }

  private forgetAllBut(names: ReadonlySet<string>): void {
    for (const name of this.fixed.keys()) if (!names.has(name)) this.fixed.delete(name)
  }
}

/** An entry that has not changed stays compiled; one with problems is not what is in force. */
const isSameEntry = (a: Described, b: Described): boolean =>
  a.feature !== undefined && a.feature === b.feature && a.problems.length + b.problems.length === 0

/** An edit that is made here is seen in the file within this time. */
const SAME_EDIT_MS = 10_000

function stateOf({ described, words, experiments }: Fixed): FeatureState {
  const { feature, problems } = described
  if (feature === undefined || problems.some(({ severity }) => severity === 'error'))
    return 'broken'
  if (feature.constant) return feature.constant.enabled ? 'on' : 'off'
  if (words === 'nobody') return 'off'
  return experiments.length > 0 ? 'experiment' : 'partial'
}

function textOf(value: JsonValue | undefined): string | null {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? null : JSON.stringify(value)
}

const listOf = (value: JsonValue | undefined): readonly string[] =>
  isJsonList(value) ? value.filter((tag) => typeof tag === 'string') : []
