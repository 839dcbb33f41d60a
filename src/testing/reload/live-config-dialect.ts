import type { BadEntry, Dialect, Features, Format } from './adapter'

/**
 * Live configs of `feature_*` entries. A number is written as users whose names are its bits, and
 * read by asking for each of them, so the kit needs only `users` and on-or-off answers.
 */
export const BITS = 12

export const bitsOf = (value: number): string[] =>
  Array.from({ length: BITS }, (_, i) => `b${i}`).filter((_, i) => (value >> i) & 1)

/** Reads a number back; `isOn` answers for one user's name. */
export function numberOf(isOn: (user: string) => boolean): number {
  let value = 0
  for (let i = 0; i < BITS; i++) if (isOn(`b${i}`)) value |= 1 << i
  return value
}

type Lines = readonly (readonly [feature: string, users: string])[]

const quoted = (value: number): string =>
  `[${bitsOf(value)
    .map((bit) => `"${bit}"`)
    .join(', ')}]`

const write: Record<Format, (lines: Lines) => string> = {
  yaml: (lines) => lines.map(([name, users]) => `feature_${name}:\n  users: ${users}\n`).join(''),
  json: (lines) =>
    `{\n${lines.map(([name, users]) => `  "feature_${name}": {"users": ${users}}`).join(',\n')}\n}\n`,
  ini: (lines) =>
    `[live_config]\n${lines.map(([name, users]) => `feature_${name} = {"users": ${users}}\n`).join('')}`,
}

/** A number where a list of names belongs; no good text contains it. */
const WRONG = '98765'

function badEntry(features: Features, feature: string, format: Format): BadEntry {
  const lines = Object.entries(features).map(
    ([name, value]) => [name, name === feature ? WRONG : quoted(value)] as const,
  )
  const text = write[format](lines)
  const rows = text.split('\n')
  const row = rows.findIndex((line) => line.includes(WRONG))
  const at = rows[row] ?? ''
  const columns = ['feature_', '"feature_', 'users', '"users', '{', WRONG].map(
    (part) => at.indexOf(part) + 1,
  )
  return { text, line: row + 1, columns: columns.filter((column) => column > 0) }
}

const BROKEN: Record<Format, { text: string; line: number }> = {
  yaml: {
    text: 'feature_alpha:\n  users: [b0]\nfeature_beta: {users: [b1]\nfeature_gamma:\n  users: [b2]\n',
    line: 3,
  },
  json: {
    text: '{\n  "feature_alpha": {"users": ["b0"]},\n  "feature_beta": {"users": ["b1"]\n}\n',
    line: 3,
  },
  ini: { text: '[live_config\nfeature_alpha = on\n', line: 1 },
}

export const liveConfigDialect: Dialect = {
  text: (features, format) =>
    write[format](Object.entries(features).map(([name, value]) => [name, quoted(value)])),
  none: (format) => (format === 'ini' ? '[live_config]\n' : '{}\n'),
  broken: (format) => BROKEN[format],
  badEntry,
  endMarker: (format) => ({ yaml: '...', ini: '; end', json: undefined })[format],
}
