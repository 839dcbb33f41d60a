import type { StoredRows } from './memory-rows'
import type { AskedFeature, Span, UsageRow } from './store'

/** What usage has of each feature. */
export function askedFeatures(
  { usages }: StoredRows,
  { from = -Infinity, to = Infinity }: Span,
): AskedFeature[] {
  const byFeature = new Map<string, UsageRow[]>()
  for (const row of usages.values()) {
    if (row.at < from || row.at >= to) continue
    const known = byFeature.get(row.feature)
    if (known) known.push(row)
    else byFeature.set(row.feature, [row])
  }
  return [...byFeature]
    .map(([feature, rows]) => ({ feature, ...summary(rows) }))
    .sort((a, b) => (a.feature < b.feature ? -1 : 1))
}

function summary(rows: readonly UsageRow[]): Omit<AskedFeature, 'feature'> {
  const values = new Set(rows.map(({ value }) => JSON.stringify(value)))
  return {
    asked: rows.length,
    values: values.size,
    value: values.size === 1 ? (rows[0]?.value ?? null) : null,
    firstAt: rows.reduce((first, { at }) => Math.min(first, at), Infinity),
    lastAt: rows.reduce((last, { at }) => Math.max(last, at), -Infinity),
  }
}
