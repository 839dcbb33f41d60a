import {
  ASSIGNED,
  type ConversionCount,
  type ConversionQuestion,
  type ExposureStep,
  type ReasonCount,
  type Recorded,
  type Reports,
  type Span,
  type VariantConversions,
  type VariantUnits,
} from '../store'
import { ConversionCounter, type CountedRow } from '../conversion-counter'
import { nextTurn } from '../../runtime/timers'
import { TimeSlice } from '../../runtime/time-slice'
import type { Snapshot } from './engine'
import { byName, until, within } from './report-terms'
import { sql } from './statement'

// A statement that sorts or groups returns its first row when it has read all of them, and a database
// in this process holds up everything meanwhile. These return a row for each that they read, outer
// joins included, and what they find is grouped here. SQLite runs a left join in the order written.

type InTurns = Pick<
  Reports,
  | 'exposedUnits'
  | 'exposuresOverTime'
  | 'conversions'
  | 'conversionNames'
  | 'conversionCounts'
  | 'recorded'
  | 'decisionsByReason'
>

/** The reports that read every row of an experiment, or every conversion; other work gets its turns in between. */
export const reportsInTurns = (
  snapshot: Snapshot,
  atOnce: Pick<Reports, 'conversions'>,
): InTurns => ({
  exposedUnits: (experiment, span = {}) => exposedUnits(snapshot, experiment, span),
  exposuresOverTime: (experiment, stepMs, span = {}) =>
    exposuresOverTime(snapshot, experiment, stepMs, span),
  conversions: (question) =>
    question.by === 'unit' ? conversionsByUnit(snapshot, question) : atOnce.conversions(question),
  conversionNames: (experiment) => conversionNames(snapshot, experiment),
  conversionCounts: (span = {}) => conversionCounts(snapshot, span),
  recorded: (experiment) => recorded(snapshot, experiment),
  decisionsByReason: (experiment, span = {}) => decisionsByReason(snapshot, experiment, span),
})

type Counted = { -readonly [Key in keyof VariantUnits]: VariantUnits[Key] }

async function exposedUnits(
  snapshot: Snapshot,
  experiment: string,
  span: Span,
): Promise<VariantUnits[]> {
  const variants = new Map<string, Counted>()
  /** The first variant of each unit; undefined once it has counted as crossed there. */
  const first = new Map<string, Counted | undefined>()
  await snapshot.each<{ readonly unit: string; readonly variant: string }>(
    sql`select unit, variant from liveflag_exposures where experiment = ${experiment} and ${within(span)}`,
    ({ unit, variant }) => {
      const counted = variants.get(variant) ?? { variant, units: 0, crossed: 0 }
      variants.set(variant, counted)
      counted.units++
      if (!first.has(unit)) {
        first.set(unit, counted)
        return
      }
      counted.crossed++
      const before = first.get(unit)
      if (before) before.crossed++
      first.set(unit, undefined)
    },
  )
  return [...variants.values()].sort((a, b) => byName(a.variant, b.variant))
}

async function exposuresOverTime(
  snapshot: Snapshot,
  experiment: string,
  stepMs: number,
  span: Span,
): Promise<ExposureStep[]> {
  const steps = new Map<number, Map<string, number>>()
  const step = Math.trunc(stepMs)
  await snapshot.each<{ readonly at: number; readonly variant: string }>(
    sql`select created_at as at, variant from liveflag_exposures where experiment = ${experiment} and ${within(span)}`,
    ({ at, variant }) => {
      const start = at - (at % step)
      const units = steps.get(start) ?? new Map<string, number>()
      steps.set(start, units.set(variant, (units.get(variant) ?? 0) + 1))
    },
  )
  return [...steps]
    .flatMap(([start, counts]) =>
      [...counts].map(([variant, units]) => ({ start, variant, units })),
    )
    .sort((a, b) => a.start - b.start || byName(a.variant, b.variant))
}

interface DoneRow {
  readonly unit: string
  readonly variant: string
  /** Null of a unit without any. */
  readonly event: string | null
  readonly value: number | null
}

async function conversionsByUnit(
  snapshot: Snapshot,
  { experiment, name, span = {} }: ConversionQuestion,
): Promise<VariantConversions[]> {
  const variants = new Map<string, Totals>()
  await snapshot.each<DoneRow>(
    sql`
    select seen.unit, seen.variant, done.event_id as event, done.value
    from liveflag_exposures as seen
    left join liveflag_conversions as done
      on done.unit = seen.unit and done.name = ${name} and done.created_at >= seen.created_at and done.created_at < ${until(span)}
    where seen.experiment = ${experiment} and ${within(span, 'seen')}`,
    (row) => {
      const totals = variants.get(row.variant) ?? new Totals()
      variants.set(row.variant, totals)
      totals.add(row)
    },
  )
  const found: VariantConversions[] = []
  for (const [variant, totals] of variants) found.push(await summary(variant, totals))
  return found.sort((a, b) => byName(a.variant, b.variant))
}

/** What the units of a variant did, each of them; the rows of a unit come one after the other. */
class Totals {
  readonly values: number[] = []
  converted = 0
  conversions = 0
  private unit: string | undefined
  private isFirst = true

  add({ unit, event, value }: DoneRow): void {
    if (unit !== this.unit) {
      this.unit = unit
      this.isFirst = true
      this.values.push(0)
    }
    if (event === null) return
    if (this.isFirst) this.converted++
    this.isFirst = false
    this.conversions++
    this.values.push((this.values.pop() ?? 0) + (value ?? 0))
  }
}

async function summary(
  variant: string,
  { values, converted, conversions }: Totals,
): Promise<VariantConversions> {
  const slice = new TimeSlice()
  let sum = 0
  for (const total of values) sum += total
  const mean = sum / values.length
  let squaredDeviations = 0
  for (const total of values) {
    squaredDeviations += (total - mean) ** 2
    if (slice.isOver()) await nextTurn()
  }
  return { variant, units: values.length, converted, conversions, sum, squaredDeviations }
}

async function conversionNames(snapshot: Snapshot, experiment: string): Promise<string[]> {
  const names = new Set<string>()
  const add = ({ name }: { readonly name: string | null }): void => {
    if (name !== null) names.add(name)
  }
  await snapshot.each(
    sql`
    select done.name from liveflag_exposures as seen
    left join liveflag_conversions as done on done.unit = seen.unit
    where seen.experiment = ${experiment}`,
    add,
  )
  await snapshot.each(
    sql`
    select done.name from liveflag_decisions as made
    left join liveflag_conversions as done on done.decision_id = made.decision_id and made.reason = ${ASSIGNED}
    where made.experiment_id = ${experiment}`,
    add,
  )
  return [...names].sort(byName)
}

async function conversionCounts(snapshot: Snapshot, span: Span): Promise<ConversionCount[]> {
  const counter = new ConversionCounter()
  // Those for decisions first: of them alone the events must be remembered.
  await snapshot.each<CountedRow>(
    sql`select name, event_id as "eventId", event, value from liveflag_conversions where unit is null and ${within(span)}`,
    (row) => counter.addForDecision(row),
  )
  await snapshot.each<CountedRow>(
    sql`select name, event_id as "eventId", event, value from liveflag_conversions where unit is not null and ${within(span)}`,
    (row) => counter.addForUnit(row),
  )
  return counter.counts()
}

type OpenRecorded = { -readonly [Key in keyof Recorded]: Recorded[Key] }

async function recorded(snapshot: Snapshot, experiment: string): Promise<Recorded[]> {
  const kinds = new Map<string | null, OpenRecorded>()
  const addTo = (what: Recorded['what'], kind: string | null, at: number): void => {
    const known = kinds.get(kind)
    if (!known) kinds.set(kind, { what, kind, firstAt: at, lastAt: at })
    else if (at < known.firstAt) known.firstAt = at
    else if (at > known.lastAt) known.lastAt = at
  }
  await snapshot.each<{ readonly kind: string; readonly at: number }>(
    sql`select kind, created_at as at from liveflag_exposures where experiment = ${experiment}`,
    ({ kind, at }) => addTo('exposures', kind, at),
  )
  // Sorted out here, so that a row comes for each that is read.
  await snapshot.each<{ readonly at: number; readonly reason: string }>(
    sql`select created_at as at, reason from liveflag_decisions where experiment_id = ${experiment}`,
    ({ at, reason }) => {
      if (reason === ASSIGNED) addTo('decisions', null, at)
    },
  )
  return [...kinds.values()].sort((a, b) => byName(a.kind ?? '', b.kind ?? ''))
}

async function decisionsByReason(
  snapshot: Snapshot,
  experiment: string,
  span: Span,
): Promise<ReasonCount[]> {
  const counts = new Map<string, number>()
  await snapshot.each<{ readonly reason: string }>(
    sql`select reason from liveflag_decisions where experiment_id = ${experiment} and ${within(span)}`,
    ({ reason }) => counts.set(reason, (counts.get(reason) ?? 0) + 1),
  )
  return [...counts]
    .map(([reason, decisions]) => ({ reason, decisions }))
    .sort((a, b) => byName(a.reason, b.reason))
}
