import type { Definition } from '../../../core/feature'
import { isJsonObject, type JsonValue } from '../../../core/json'
import { entryTexts } from '../../../editing/edit-text'
import { readWritten } from '../../../live-config/read-entries'
import type { SourceText } from '../source-texts'
import type { AuditRow, ConflictEntry, EntryChange, EntryDiff } from './contract'
import { BadEdit } from './prepare'

/**
 * The change that switches a feature off for everybody. One line where the entry has keys, so that
 * the rest of it stays to be read; r2's `enabled: off` would not stop percentages.
 */
export function offChange(feature: string, definition: Definition | undefined): EntryChange {
  if (definition?.isPayload) return { kind: 'set', feature, value: { defaultValue: false } }
  return definition?.feature.compat === 'liveflag' && isJsonObject(definition.value)
    ? { kind: 'set', feature, path: ['enabled'], value: 'off' }
    : { kind: 'set', feature, value: 'off' }
}

/** What keeps an edit from being rolled back: entries that have changed since. */
export function changedSince({ entries }: AuditRow, file: SourceText): readonly ConflictEntry[] {
  const now = entryTexts(file.text, file.format)
  const views = entries.map(({ feature, before, after }) => {
    const theirs = now.get(feature) ?? null
    return { feature, base: after, mine: before, theirs, isConflict: theirs !== after }
  })
  return views.some(({ isConflict }) => isConflict) ? views : []
}

/**
 * The changes that put the texts of before an edit back.
 *
 * @throws {BadEdit}
 */
export const changesBack = (
  { entries }: AuditRow,
  format: SourceText['format'],
): readonly EntryChange[] => entries.flatMap((entry) => changeBack(entry, format))

function changeBack(
  { feature, before, after }: EntryDiff,
  format: SourceText['format'],
): readonly EntryChange[] {
  if (before === null) return [{ kind: 'delete', feature }]
  const text: EntryChange = { kind: 'text', feature, text: before }
  // Lines replace lines, so an entry that is gone is added first.
  return after === null
    ? [{ kind: 'add', feature, value: valueOf(feature, before, format) }, text]
    : [text]
}

function valueOf(feature: string, text: string, format: SourceText['format']): JsonValue {
  const whole = format === 'json' ? `{${text}}` : text
  const value = readWritten(whole, format).features.get(feature)?.value
  if (value === undefined)
    throw new BadEdit(
      400,
      'bad_edit',
      `the entry of ${feature} cannot be put back by itself; add it with the text that the history shows`,
    )
  return value
}
