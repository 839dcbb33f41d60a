import type { Lines } from './tree'

/** `key = value` of an ini file, with the lines on which the value goes on. */
export interface IniEntry {
  readonly start: number
  readonly keyEnd: number
  /** Where the value begins on the first line; at the end of the line when there is none. */
  readonly valueStart: number
  /** Before blanks and a comment at the end of the first line. */
  readonly firstEnd: number
  /** The end of the last line of the value. */
  readonly end: number
  /** What begins the lines on which the value goes on. */
  readonly indent: string
}

/** The entry whose key begins at an offset, by the rules of Python's RawConfigParser. */
export function iniEntry(lines: Lines, start: number): IniEntry {
  const { text } = lines
  const first = text.slice(start, lines.endOf(start))
  const [head = '', key = ''] = /^([^:=]*)[:=][ \t]*/.exec(first) ?? []
  const rest = first.slice(head.length)
  const comment = rest.search(/(?<=[ \t]);/)
  const value = (comment >= 0 ? rest.slice(0, comment) : rest).trimEnd()
  const valueStart = start + head.length
  let end = lines.endOf(start)
  let indent = '  '
  for (let at = end + 1; at < text.length; at = lines.endOf(at) + 1) {
    const line = text.slice(at, lines.endOf(at))
    if (/^[ \t]+\S/.test(line)) {
      end = lines.endOf(at)
      indent = /^[ \t]+/.exec(line)?.[0] ?? indent
    } else if (!/^(?:[#;].*|rem(?:\s.*)?|\s*)$/i.test(line)) break
  }
  return {
    start,
    keyEnd: start + key.trimEnd().length,
    valueStart,
    firstEnd: valueStart + value.length,
    end,
    indent,
  }
}
