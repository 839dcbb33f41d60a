/** A longer line is cut there, which no JSON outlives, so that memory stays within bounds whatever comes in. */
export const LONGEST_LINE = 1 << 20

/** The lines of a text as they come, in lists; the last needs no line break. */
export async function* lineBatches(chunks: AsyncIterable<string>): AsyncGenerator<readonly string[]> {
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n')
    rest = (lines.pop() ?? '').slice(0, LONGEST_LINE)
    if (lines.length > 0) yield lines
  }
  if (rest !== '') yield [rest]
}
