/** What becomes of a statement. */
export interface Piece {
  readonly text: string
  readonly isChanged: boolean
  /** Whether nothing after it in its list can be reached. */
  readonly exits: boolean
}

export const DROPPED: Piece = { text: '', isChanged: true, exits: false }

const ENDS_ITSELF = /^(?:if|for|while|switch|try|function|class)\b[\s\S]*\}$/

/** The text of a list of statements under construction: where something is dropped, no gap stays. */
export class ListText {
  private text = ''
  private isAfterDropped = false
  /** Whether what was added last may have lost what ended it, as the `;` of `if (a) ;` does. */
  private isAfterOpen = false

  /** `before`: what is between the last statement and this one: blanks and comments. */
  add(before: string, { text, isChanged }: Piece): void {
    if (isChanged && text.trim() === '') return this.drop(before)
    const mayJoin = isChanged || this.isAfterDropped || this.isAfterOpen
    const start = this.joined(before)
    const joins = /^[([`+\-/]/.test(text) || !before.includes('\n')
    const isHazard = mayJoin && joins && /[^;{\s]\s*$/.test(withoutComments(this.text))
    this.text = `${start}${isHazard ? ';' : ''}${text}`
    this.isAfterOpen = isChanged && !ENDS_ITSELF.test(text)
  }

  /** What is after the last statement. */
  ended(after: string): string {
    if (!this.isAfterDropped) return this.text + after
    // Comments of what was dropped on its own line go with it.
    const rest = after.replace(/^[ \t]*\/\/[^\n]*/, '')
    const closed = /^\s*$/.test(rest) ? this.text.replace(/(\r?\n[ \t]*)+$/, '') : this.text
    return closed + rest
  }

  private drop(before: string): void {
    this.text = this.joined(withoutOwnComments(before))
    this.isAfterDropped = true
  }

  private joined(before: string): string {
    if (!this.isAfterDropped) return this.text + before
    this.isAfterDropped = false
    const next = before.replace(/^[ \t]*\/\/[^\n]*(?=\n)/, '')
    const isBlankBefore = this.text.trim() === '' || /\n[ \t]*$/.test(this.text)
    return this.text + (isBlankBefore ? next.replace(/^(?:[ \t]*\r?\n)+(?=[ \t]*\r?\n)/, '') : next)
  }
}

/** Statements on lines of their own; none goes on what another begins. */
export const onLines = (statements: readonly string[], indent: string): string =>
  statements.reduce((text, next) => {
    const isHazard = /^[([`+\-/]/.test(next) && /[^;{\s]\s*$/.test(withoutComments(text))
    return `${text}\n${indent}${isHazard ? ';' : ''}${next}`
  })

const withoutComments = (text: string): string =>
  text.replace(/\/\/[^\n]*$|\/\*[\s\S]*?\*\/\s*$/, '')

/** Without the comment that is right above a statement, and its indentation. */
export function withoutOwnComments(before: string): string {
  const lines = before.split('\n')
  if (lines.length === 1) return before.replace(/\s+$/, '')
  lines.pop()
  while (lines.length > 1 && (lines.at(-1) ?? '').trim() !== '') lines.pop()
  return lines.join('\n')
}

/** Moves the lines after the first from one indentation to another. */
export function indented(text: string, from: string, to: string): string {
  if (from === to) return text
  return text
    .split('\n')
    .map((line, index) =>
      index > 0 && line.startsWith(from) ? to + line.slice(from.length) : line,
    )
    .join('\n')
}

/** The blanks that a line begins with at this place of a text. */
export const indentAt = (text: string, at: number): string =>
  /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1, at))?.[0] ?? ''
