import { isJsonObject, own } from '../core/json'
import { ConversionCounter } from './conversion-counter'
import { askedFeatures } from './memory-asked'
import { configs, entryUses, ledger, orphans } from './memory-ledger'
import type { StoredRows } from './memory-rows'
import { eachEvent, eachMember, eachSignIn, totalsOf } from './memory-units'
import { newestOf, SIGNED_OUT } from './sql/recent-units'
import { byKindNameReason } from './sql/reports'
import type { SeenRow } from './sql/tables'
import {
  ASSIGNED,
  type ConversionCount,
  type ConversionQuestion,
  type ConversionRow,
  type DecisionRow,
  type Dropped,
  type DropRow,
  type ExposureStep,
  type ReasonCount,
  type Recorded,
  type RecordedLooks,
  type RecordedUnit,
  type Reports,
  type Span,
  type VariantConversions,
  type VariantUnits,
} from './store'

/** The rows may change while the reports are in use; they are of the rows as they are then. */
export const reportsOf = (stored: StoredRows): Required<Reports> => ({
  exposuresOverTime: async (experiment, stepMs, span = {}) =>
    exposuresOverTime(stored, experiment, stepMs, span),
  eachMember: (asked, each) => eachMember(stored, asked, each),
  eachSignIn: (experiment, each) => eachSignIn(stored, experiment, each),
  eachEvent: (asked, each) => eachEvent(stored, asked, each),
  configs: async (revisions) => configs(stored, revisions),
  entryUses: async (asked) => entryUses(stored, asked),
  ledger: async (asked) => ledger(stored, asked),
  orphans: async (span = {}) => orphans(stored, span),
  exposedUnits: async (experiment, span = {}) => exposedUnits(stored, experiment, span),
  conversions: async (question) => conversions(stored, question),
  conversionNames: async (experiment) => conversionNames(stored, experiment),
  conversionCounts: async (span = {}) => conversionCounts(stored, span),
  recorded: async (experiment) => recorded(stored, experiment),
  experiments: async () => experiments(stored),
  recentUnits: async (most) => recentUnits(stored, most),
  askedFeatures: async (span = {}) => askedFeatures(stored, span),
  decisionsByReason: async (experiment, span = {}) => decisionsByReason(stored, experiment, span),
  drops: async (experiment, span = {}) => drops(stored, experiment, span),
  looks: async (experiment) => looks(stored, experiment),
})

function looks({ lookCounts }: StoredRows, experiment: string): RecordedLooks {
  const days = [...(lookCounts.get(experiment) ?? [])]
  return {
    looks: days.reduce((sum, [, count]) => sum + count, 0),
    days: days.length,
    lastDay: days.length === 0 ? null : Math.max(...days.map(([day]) => day)),
  }
}

function exposuresOverTime(
  stored: StoredRows,
  experiment: string,
  stepMs: number,
  span: Span,
): ExposureStep[] {
  const starts = grouped(exposed(stored, experiment, span), ({ at }) => String(at - (at % stepMs)))
  return [...starts]
    .flatMap(([start, rows]) =>
      counted(rows, ({ variant }) => variant).map(([variant, units]) => ({
        start: Number(start),
        variant,
        units,
      })),
    )
    .sort((a, b) => a.start - b.start)
}

function exposedUnits(stored: StoredRows, experiment: string, span: Span): VariantUnits[] {
  const rows = exposed(stored, experiment, span)
  const variantsOf = new Map(counted(rows, ({ unit }) => unit))
  return sorted(grouped(rows, ({ variant }) => variant)).map(([variant, seen]) => ({
    variant,
    units: seen.length,
    crossed: seen.filter(({ unit }) => (variantsOf.get(unit) ?? 0) > 1).length,
  }))
}

function conversions(stored: StoredRows, question: ConversionQuestion): VariantConversions[] {
  const { name, span = {} } = question
  const done = [...stored.conversionRows.values()].filter(
    (row) => row.name === name && row.at < (span.to ?? Infinity),
  )
  const found =
    question.by === 'unit' ? byUnit(stored, question, done) : byDecision(stored, question, done)
  return sorted(grouped(found, ({ variant }) => variant)).map(([variant, units]) => ({
    variant,
    ...totalsOf(units.map(({ rows }) => rows)),
  }))
}

function conversionNames(stored: StoredRows, experiment: string): string[] {
  const units = new Set(exposed(stored, experiment, {}).map(({ unit }) => unit))
  const decided = new Set(assigned(stored, experiment, {}).map(({ decisionId }) => decisionId))
  const rows = [...stored.conversionRows.values()].filter(
    ({ unit, decisionId }) =>
      (unit !== null && units.has(unit)) || (decisionId !== null && decided.has(decisionId)),
  )
  return counted(rows, ({ name }) => name).map(([name]) => name)
}

function conversionCounts({ conversionRows }: StoredRows, span: Span): ConversionCount[] {
  const rows = [...conversionRows.values()].filter((row) => within(row, span))
  const counter = new ConversionCounter()
  for (const row of rows) if (row.unit === null) counter.addForDecision(row)
  for (const row of rows) if (row.unit !== null) counter.addForUnit(row)
  return counter.counts()
}

function recorded(stored: StoredRows, experiment: string): Recorded[] {
  const kinds = grouped(exposed(stored, experiment, {}), ({ kind }) => kind)
  const decided = assigned(stored, experiment, {})
  return [
    ...(decided.length > 0 ? [{ what: 'decisions' as const, kind: null, ...extent(decided) }] : []),
    ...sorted(kinds).map(([kind, rows]) => ({ what: 'exposures' as const, kind, ...extent(rows) })),
  ]
}

const extent = (rows: readonly { readonly at: number }[]): Pick<Recorded, 'firstAt' | 'lastAt'> =>
  rows.reduce(
    ({ firstAt, lastAt }, { at }) => ({
      firstAt: Math.min(firstAt, at),
      lastAt: Math.max(lastAt, at),
    }),
    { firstAt: Infinity, lastAt: -Infinity },
  )

function experiments({ exposures, decisions }: StoredRows): string[] {
  const ids = [
    ...[...exposures.values()].map(({ experiment }) => experiment),
    ...[...decisions.values()].flatMap(({ reason, experimentId }) =>
      reason === ASSIGNED && experimentId !== null ? [experimentId] : [],
    ),
  ]
  return [...new Set(ids)].sort((a, b) => (a < b ? -1 : 1))
}

function recentUnits({ exposures, decisions }: StoredRows, most: number): readonly RecordedUnit[] {
  const exposed = Array.from(exposures.values(), ({ unit, kind, data, at }) => {
    const isLoid = isJsonObject(data) && own(data, SIGNED_OUT) !== undefined
    return { unit, kind: isLoid ? 'loid' : kind, at }
  })
  const decided = [...decisions.values()].flatMap(({ subject: unit, reason, experimentId, at }) =>
    reason === ASSIGNED && experimentId !== null ? [{ unit, kind: 'subject', at }] : [],
  )
  return newestOf([...exposed, ...decided], most)
}

function decisionsByReason(stored: StoredRows, experiment: string, span: Span): ReasonCount[] {
  const rows = [...stored.decisions.values()].filter(
    (row) => row.experimentId === experiment && within(row, span),
  )
  return counted(rows, ({ reason }) => reason).map(([reason, decisions]) => ({ reason, decisions }))
}

function drops(
  { dropRows }: StoredRows,
  experiment: string,
  { from = -Infinity, to = Infinity }: Span,
): Dropped[] {
  const rows = [...dropRows.values()].filter(
    (row) => mayBeOf(row, experiment) && row.lastAt >= from && row.firstAt < to,
  )
  const groups = grouped(rows, (row) =>
    JSON.stringify([row.kind, row.experiment, row.name, row.reason]),
  )
  return [...groups.values()].flatMap((group) => summed(group)).sort(byKindNameReason)
}

const mayBeOf = ({ kind, experiment, name }: DropRow, wanted: string): boolean =>
  experiment === wanted ||
  kind === 'conversions' ||
  (experiment === null && name === null && kind !== 'usages')

function summed(group: readonly DropRow[]): Dropped[] {
  const [first] = group
  if (!first) return []
  const { kind, experiment, name, reason } = first
  const rows = group.reduce((sum, one) => sum + one.rows, 0)
  const firstAt = Math.min(...group.map((one) => one.firstAt))
  const lastAt = Math.max(...group.map((one) => one.lastAt))
  const processes = new Set(group.map(({ processStartedAt }) => processStartedAt)).size
  return [{ kind, experiment, name, reason, rows, firstAt, lastAt, processes }]
}

/** A unit in a variant, and what it did. */
interface Unit {
  readonly variant: string
  readonly rows: readonly ConversionRow[]
}

function byUnit(
  stored: StoredRows,
  { experiment, span = {} }: ConversionQuestion,
  done: readonly ConversionRow[],
): Unit[] {
  const rowsOf = grouped(done, ({ unit }) => JSON.stringify(unit))
  return exposed(stored, experiment, span).map(({ unit, variant, at }) => ({
    variant,
    rows: (rowsOf.get(JSON.stringify(unit)) ?? []).filter((row) => row.at >= at),
  }))
}

function byDecision(
  stored: StoredRows,
  { experiment, span = {} }: ConversionQuestion,
  done: readonly ConversionRow[],
): Unit[] {
  const rowsOf = grouped(done, ({ decisionId }) => JSON.stringify(decisionId))
  const units = grouped(assigned(stored, experiment, span), ({ variantId, subject }) =>
    JSON.stringify([variantId, subject]),
  )
  return [...units.values()].map((decisions) => ({
    variant: decisions[0]?.variantId ?? '',
    rows: decisions.flatMap(({ decisionId }) => rowsOf.get(JSON.stringify(decisionId)) ?? []),
  }))
}

const exposed = ({ exposures }: StoredRows, experiment: string, span: Span): SeenRow[] =>
  [...exposures.values()].filter((row) => row.experiment === experiment && within(row, span))

const assigned = ({ decisions }: StoredRows, experiment: string, span: Span): DecisionRow[] =>
  [...decisions.values()].filter(
    (row) =>
      row.experimentId === experiment &&
      row.reason === ASSIGNED &&
      row.variantId !== null &&
      within(row, span),
  )

const within = (
  { at }: { readonly at: number },
  { from = -Infinity, to = Infinity }: Span,
): boolean => at >= from && at < to

function grouped<Row>(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
  const found = new Map<string, Row[]>()
  for (const row of rows) {
    const known = found.get(key(row))
    if (known) known.push(row)
    else found.set(key(row), [row])
  }
  return found
}

const sorted = <Row>(groups: ReadonlyMap<string, Row>): [string, Row][] =>
  [...groups].sort(([a], [b]) => (a < b ? -1 : 1))

const counted = <Row>(rows: readonly Row[], key: (row: Row) => string): [string, number][] =>
  sorted(grouped(rows, key)).map(([name, found]) => [name, found.length])
