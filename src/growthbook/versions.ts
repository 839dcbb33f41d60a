const DASH = 45
const DOT = 46

/**
 * A version as a text that sorts as versions do, most of the time: parts of digits are aligned to the right, and a
 * release (three parts) gets `~` for a fourth, so that it sorts after its own pre-releases.
 */
export function padVersion(version: unknown): string {
  const text = typeof version === 'number' ? String(version) : version
  if (typeof text !== 'string' || text === '') return padVersion('0')
  const build = text.indexOf('+')
  const end = build === -1 ? text.length : build
  let padded = ''
  let parts = 0
  for (let at = text.startsWith('v') ? 1 : 0; at <= end; parts++) {
    const partEnd = endOfPart(text, at, end)
    padded += (parts > 0 ? '-' : '') + padPart(text.slice(at, partEnd))
    at = partEnd + 1
  }
  return parts === 3 ? `${padded}-~` : padded
}

function endOfPart(text: string, from: number, end: number): number {
  for (let i = from; i < end; i++) {
    const char = text.charCodeAt(i)
    if (char === DASH || char === DOT) return i
  }
  return end
}

const padPart = (part: string): string => (isDigits(part) ? part.padStart(5, ' ') : part)

function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (char < 48 || char > 57) return false
  }
  return text !== ''
}
