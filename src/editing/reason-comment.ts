import type { Format } from '../core/source'

/**
 * Writes why an entry was edited as a comment in the line above it: `# 2026-11-30T03:02Z off: …`.
 * Undefined where it has no line of its own, and in JSON, which has no comments.
 */
export function withReason(
  text: string,
  format: Format,
  { key, comment }: { readonly key: string; readonly comment: string },
): string | undefined {
  if (format === 'json') return undefined
  const escaped = key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const line = new RegExp(`^(?:${escaped}|"${escaped}"|'${escaped}')[ \\t]*[:=]`, 'm').exec(text)
  if (line === null) return undefined
  const end = /\r?\n/.exec(text)?.[0] ?? '\n'
  const plain = comment.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return `${text.slice(0, line.index)}# ${plain}${end}${text.slice(line.index)}`
}
