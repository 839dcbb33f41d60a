import type { Format } from '../core/source'
import { readText, type Written } from './edit-text'

/**
 * Writes why an entry was edited as a comment in the line above it: `# 2026-11-30T03:02Z off: …`.
 * Undefined where it has no line of its own, and in JSON, which has no comments.
 */
export function withReason(
  text: string,
  format: Format,
  { feature, comment }: { readonly feature: string; readonly comment: string },
): string | undefined {
  if (format === 'json') return undefined
  const written = readText(text, format)
  const start =
    format === 'ini' ? startInSection(written, feature) : startOf(text, written.keyOf(feature))
  if (start === undefined) return undefined
  const end = /\r?\n/.exec(text)?.[0] ?? '\n'
  const plain = comment.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return `${text.slice(0, start)}# ${plain}${end}${text.slice(start)}`
}

/** Other sections may have the same key, such as [DEFAULT]. */
function startInSection(written: Written, feature: string): number | undefined {
  const [start] = written.range(feature) ?? []
  return start === undefined
    ? undefined
    : written.plain.inFile({ start, end: start, text: '' }).start
}

function startOf(text: string, key: string): number | undefined {
  const escaped = key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^(?:${escaped}|"${escaped}"|'${escaped}')[ \\t]*:`, 'm').exec(text)?.index
}
