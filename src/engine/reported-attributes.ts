import { attributePath } from '../conditions/paths'

/** A longer text is no word that people are grouped by, and may be anything, such as a letter. */
const LONGEST = 100

/**
 * The attributes that an entry declares in `report_by`, as texts; undefined without any. Nothing else
 * of the visitor is recorded. What is no text, number or boolean is left out, and counts as unknown.
 */
export function reportedAttributes(
  names: readonly string[] | undefined,
  attribute: (name: string) => unknown,
): Readonly<Record<string, string>> | undefined {
  if (names === undefined || names.length === 0) return undefined
  const found = names.flatMap((name) => {
    const text = textOf(attribute(name) ?? attributePath(name)(attribute))
    return text === undefined ? [] : [[name, text] as const]
  })
  return found.length === 0 ? undefined : Object.fromEntries(found)
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined
  if (typeof value === 'boolean') return String(value)
  return typeof value === 'string' && value !== '' && value.length <= LONGEST ? value : undefined
}
