/** Where two texts differ: what is before and behind is the same in both, in whole lines. */
export interface ChangedLines {
  /** How many characters and lines they both begin with. */
  readonly head: number
  readonly headLines: number
  /** How many characters they both end with. */
  readonly tail: number
}

const LINE_END = 10

export function changedLines(before: string, after: string): ChangedLines {
  const most = Math.min(before.length, after.length)
  let [head, headLines] = [0, 0]
  for (let at = 0; at < most && before.charCodeAt(at) === after.charCodeAt(at); at++)
    if (before.charCodeAt(at) === LINE_END) [head, headLines] = [at + 1, headLines + 1]
  let tail = 0
  for (let back = 1; back <= most - head; back++) {
    const same = before.charCodeAt(before.length - back) === after.charCodeAt(after.length - back)
    if (!same) break
    if (beginsLine(before, before.length - back) && beginsLine(after, after.length - back))
      tail = back
  }
  return { head, headLines, tail }
}

const beginsLine = (text: string, at: number): boolean =>
  at === 0 || text.charCodeAt(at - 1) === LINE_END
