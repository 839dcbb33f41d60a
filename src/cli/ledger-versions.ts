import { keptText, type KeptText } from '../analysis/kept-entry'
import { LiveflagError } from '../core/errors'
import type { JsonObject } from '../core/json'
import { openFeatures } from '../engine/features'
import type { EntryUse } from '../recording/entry-use'
import type { ConfigRow, Reports } from '../recording/store'
import { memory } from '../sources/memory'
import { openRecords, readTime } from './records'
import type { Version, VersionReading } from './opened-version'

/** `store:records.db@2026-11-01`: the entries that decided then, as a store keeps them. */
export interface LedgerName {
  readonly store: string
  /** As it was written; undefined: now. */
  readonly time: string | undefined
}

const STORE = 'store:'

/** Reads `store:PATH@TIME`; undefined of what is no store. The URL of a database may have an @, too. */
export function ledgerNamed(name: string): LedgerName | undefined {
  if (!name.startsWith(STORE)) return undefined
  const written = name.slice(STORE.length)
  const [, store = written, time] = /^(.+)@(\d[^@/:]*(?:T[^@/]*)?)$/.exec(written) ?? []
  return { store, time }
}

/** An entry as a store keeps it, and when it decided. */
export interface LedgerEntry extends EntryUse {
  /** Undefined where the store does not have it. */
  readonly kept: KeptText | undefined
}

/** The entries of one feature, or of all, that decided until a time; the last first. */
export async function ledgerEntries(
  store: string,
  asked: { readonly feature?: string; readonly until: number },
): Promise<readonly LedgerEntry[]> {
  const records = await openRecords(store)
  try {
    return await records.snapshot(async (reports: Reports) => {
      if (reports.entryUses === undefined)
        throw new LiveflagError(
          'LIVEFLAG_BAD_OPTION',
          'this store cannot say which entries decided',
        )
      const uses = await reports.entryUses(asked)
      const rows = await reports.configs([...new Set(uses.map(({ revision }) => revision))])
      const texts = new Map(rows.map((row: ConfigRow) => [row.revision, row.text]))
      return uses
        .map((use) => {
          const text = texts.get(use.revision)
          return { ...use, kept: text === undefined ? undefined : keptText(use.feature, text) }
        })
        .sort((a, b) => b.lastAt - a.lastAt || b.firstAt - a.firstAt)
    })
  } finally {
    await records.close()
  }
}

/**
 * Opens the entries that decided last before a time, which is that of the name, else now. They are
 * asked as of then, where the reading has no clock. Features of which nothing was recorded are not among them.
 *
 * @throws {LiveflagError} LIVEFLAG_NO_CONFIG where there is none
 */
export async function openLedger(
  { store, time }: LedgerName,
  reading: VersionReading,
  now: Date,
): Promise<Version> {
  const until = time === undefined ? now.getTime() : readTime('@', time, now)
  const entries = lastOfEach(await ledgerEntries(store, { until }))
  const found = entries.flatMap(({ kept }) => kept ?? [])
  const missing = entries.filter(({ kept }) => kept === undefined)
  const name = `store@${new Date(until).toISOString()}`
  if (found.length === 0)
    throw new LiveflagError(
      'LIVEFLAG_NO_CONFIG',
      `${name} has no entry that decided until then${missing.length === 0 ? '' : `: the texts of ${missing.map(({ feature }) => feature).join(', ')} were not kept`}`,
    )
  const version = await openEntries(name, found, { now: () => until, ...reading })
  const unknown = missing.map(
    ({ feature, revision }) =>
      `feature_${feature} is not compared: the store does not have the text of its entry ${revision.slice(0, 12)}, which decided then`,
  )
  return { ...version, unknown, isLedger: true }
}

function lastOfEach(entries: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const last = new Map<string, LedgerEntry>()
  for (const entry of entries) if (!last.has(entry.feature)) last.set(entry.feature, entry)
  return [...last.values()]
}

/** Opens kept entries for questions. Those of r2's semantics and others cannot be asked together. */
export async function openEntries(
  name: string,
  entries: readonly KeptText[],
  reading: VersionReading,
): Promise<Version> {
  const [first] = entries
  const compat = first?.compat ?? 'liveflag'
  const own = entries.filter((entry) => entry.compat === compat)
  const text = JSON.stringify(textOf(own.filter(({ isPayload }) => !isPayload)))
  const payload = own.filter(({ isPayload }) => isPayload)
  const texts = [
    ...(own.length > payload.length ? [text] : []),
    ...(payload.length > 0 ? [JSON.stringify(payloadOf(payload))] : []),
  ].map((one, layer) => ({ name: layer === 0 ? name : `${name} (payload)`, text: one, layer }))
  const features = await openFeatures({
    source: texts.map((one) => memory(one.text, { format: 'json', name: one.name })),
    compat,
    ...(reading.now && { now: reading.now }),
  })
  // They were reported when the live config was read.
  features.on('problem', () => undefined)
  return { name, features, texts: texts.map((one) => ({ ...one, format: 'json' as const })) }
}

const textOf = (entries: readonly KeptText[]): JsonObject => ({
  ...Object.fromEntries(entries.map(({ feature, value }) => [`feature_${feature}`, value])),
  ...definitionsOf(entries),
})

const payloadOf = (entries: readonly KeptText[]): JsonObject => ({
  features: Object.fromEntries(entries.map(({ feature, value }) => [feature, value])),
  ...definitionsOf(entries),
})

/** Of two definitions of one name, which differ between two times, that of the later entry. */
function definitionsOf(entries: readonly KeptText[]): JsonObject {
  const of = (key: 'groups' | 'bandits'): JsonObject =>
    Object.assign({}, ...entries.toReversed().map((entry) => entry[key])) as JsonObject
  const [savedGroups, contextualBandits] = [of('groups'), of('bandits')]
  return {
    ...(Object.keys(savedGroups).length > 0 && { savedGroups }),
    ...(Object.keys(contextualBandits).length > 0 && { contextualBandits }),
  }
}
