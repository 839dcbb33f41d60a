import type { EntryUse, EntryUsesAsked } from './entry-use'
import type { StoredRows } from './memory-rows'
import { isSticky } from './sql/ledger'
import {
  ASSIGNED,
  type ConfigRow,
  type History,
  type LedgerAsked,
  type LedgerRow,
  type Orphans,
  type Span,
} from './store'

export const configs = (stored: StoredRows, revisions: readonly string[]): ConfigRow[] =>
  [...new Set(revisions)].flatMap((revision) => stored.configRows.get(revision) ?? [])

export function ledger(stored: StoredRows, asked: LedgerAsked): LedgerRow[] {
  const { of, since = 0, after, most } = asked
  const rows = (of === 'exposures' ? exposed(stored) : decided(stored)).filter(
    ({ at }) => at >= since,
  )
  const key = ({ decisionId, unit, experiment, variant }: LedgerRow): string =>
    decisionId ?? JSON.stringify([unit, experiment, variant])
  return rows
    .toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
    .filter((row) => after === undefined || key(row) > key(after))
    .slice(0, most)
}

const exposed = ({ exposures }: StoredRows): readonly LedgerRow[] =>
  [...exposures.values()].map((row) => ({
    decisionId: null,
    unit: row.unit,
    kind: row.kind === 'user' && !row.user && row.loid === row.unit ? 'loid' : row.kind,
    feature: row.feature,
    experiment: row.experiment,
    variant: row.variant,
    reason: ASSIGNED,
    bucket: row.bucket,
    hash: row.hash,
    revision: row.revision ?? null,
    config: row.config ?? null,
    isSticky: isSticky(row.data),
    isDegraded: false,
    at: row.at,
  }))

const decided = ({ decisions }: StoredRows): readonly LedgerRow[] =>
  [...decisions.values()].map((row) => ({
    decisionId: row.decisionId,
    unit: row.subject,
    kind: 'user',
    feature: row.flag,
    experiment: row.experimentId,
    variant: row.variantId,
    reason: row.reason,
    bucket: row.bucket ?? null,
    hash: row.hash ?? null,
    revision: row.revision ?? null,
    config: row.config ?? null,
    isSticky: false,
    isDegraded: row.degraded === true,
    at: row.at,
  }))

export function orphans(
  { decisions, exposures, signIns, conversionRows, subjects }: StoredRows,
  { from = -Infinity, to = Infinity }: Span,
): Orphans {
  const within = (at: number): boolean => at >= from && at < to
  const made = new Set(
    [...decisions.values()].map(({ subject, experimentId, at }) =>
      JSON.stringify([subject, experimentId, at]),
    ),
  )
  const seen = new Set(
    Array.from(exposures.values(), ({ unit, experiment }) => JSON.stringify([unit, experiment])),
  )
  const histories = [...subjects]
  return {
    conversions: [...conversionRows.values()].filter(
      ({ decisionId, at }) => decisionId !== null && within(at) && !decisions.has(decisionId),
    ).length,
    assignments: histories.flatMap(([subject, { assigned }]) =>
      assigned.filter(
        ({ experimentId, lastAt }) =>
          within(lastAt) && !made.has(JSON.stringify([subject, experimentId, lastAt])),
      ),
    ).length,
    domains: histories.flatMap(([, history]) => unassigned(history)).length,
    signIns: [...signIns.values()].filter(
      ({ unit, experiment, at }) => within(at) && !seen.has(JSON.stringify([unit, experiment])),
    ).length,
  }
}

const unassigned = ({ assigned, domains }: History): History['domains'] =>
  domains.filter(({ experimentId }) => !assigned.some((one) => one.experimentId === experimentId))

/** When each entry decided. */
export function entryUses(
  stored: StoredRows,
  { feature, until }: EntryUsesAsked,
): readonly EntryUse[] {
  const found = new Map<string, EntryUse>()
  for (const row of [...exposed(stored), ...decided(stored)]) {
    const { revision, at } = row
    const isAsked = feature === undefined || row.feature === feature
    if (revision === null || at > until || !isAsked) continue
    const key = `${revision}\0${row.feature}`
    const known = found.get(key)
    found.set(key, {
      feature: row.feature,
      revision,
      firstAt: Math.min(at, known?.firstAt ?? at),
      lastAt: Math.max(at, known?.lastAt ?? at),
    })
  }
  return [...found.values()]
}
