import { readText } from '../editing/edit-text'
import type { Text } from './live-config-file'
import { isUrl } from './sources'

/** Texts of entries as they are edited: no payload of a service, and nothing that was fetched. */
export const editable = (texts: readonly Text[]): readonly Text[] =>
  texts.filter(({ dialect, name }) => dialect === undefined && !isUrl(name))

/** The text whose entry of a feature is in force: the last one that has it. */
export const textInForce = (feature: string, texts: readonly Text[]): Text | undefined =>
  editable(texts).findLast(({ text, format }) => readText(text, format).count(feature) > 0)
