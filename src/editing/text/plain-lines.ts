import type { Splice } from './tree'

/**
 * A text without its byte-order mark and with LF alone, and the way back: edits are made in the
 * plain text, and the text as it is in the file keeps every line end that no edit touches.
 */
export class PlainText {
  readonly plain: string
  /** Offsets in the plain text before which a character of the file was dropped. */
  private readonly dropped: readonly number[]
  private readonly lineEnd: string

  constructor(private readonly file: string) {
    const dropped: number[] = []
    const start = file.startsWith('\uFEFF') ? 1 : 0
    if (start === 1) dropped.push(0)
    let removed = start
    for (let at = file.indexOf('\r\n'); at >= 0; at = file.indexOf('\r\n', at + 2)) {
      dropped.push(at - removed + 1)
      removed++
    }
    this.dropped = dropped
    this.plain = file.slice(start).replace(/\r\n?/g, '\n')
    this.lineEnd = /\r\n|\n|\r/.exec(file)?.[0] ?? '\n'
  }

  /** The splice in the text of the file. */
  inFile({ start, end, text }: Splice): Splice {
    return {
      start: this.offset(start),
      end: this.offset(end),
      text: text.replaceAll('\n', this.lineEnd),
    }
  }

  /** A part of the file, by its offsets in the plain text. */
  slice(start: number, end: number): string {
    return this.file.slice(this.offset(start), this.offset(end))
  }

  /** The line break of CRLF begins at its CR. */
  private offset(plain: number): number {
    let [low, high] = [0, this.dropped.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.dropped[middle] ?? 0) <= plain) low = middle + 1
      else high = middle
    }
    return plain + low
  }
}
