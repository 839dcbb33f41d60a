/** The words of a text, in lower case and without accents. */
export const wordsOf = (text: string): string[] =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')

/** `1 item`, `2 items` */
export const counted = (count: number, word: string): string =>
  `${count} ${word}${count === 1 ? '' : 's'}`

/** `a, b and c` */
export function listed(words: readonly string[]): string {
  const last = words.at(-1)
  if (last === undefined) return ''
  return words.length === 1 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}

export const slugOf = (title: string): string => wordsOf(title).join('-')

/** How many letters must be added, taken away or replaced to make one word of the other. */
export function distance(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, n) => n)
  for (const [row, letter] of [...one].entries()) {
    const line = [row + 1]
    for (const [column, against] of [...other].entries()) {
      const replaced = (above[column] ?? 0) + (letter === against ? 0 : 1)
      const added = (line[column] ?? 0) + 1
      const removed = (above[column + 1] ?? 0) + 1
      line.push(Math.min(replaced, added, removed))
    }
    above = line
  }
  return above.at(-1) ?? 0
}
