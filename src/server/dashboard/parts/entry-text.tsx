/** The text of an entry with the numbers of its lines in the file. */
export function EntryText({
  text,
  firstLine,
  marked,
  label,
}: {
  readonly text: string
  readonly firstLine: number
  /** The line that decided. */
  readonly marked?: number | null
  readonly label: string
}) {
  const lines = text.replace(/\n$/, '').split('\n')
  return (
    <pre class="entry-text" role="region" aria-label={label} tabIndex={0}>
      {lines.map((line, index) => {
        const number = firstLine + index
        const isMarked = number === marked
        return (
          <span key={number} class={isMarked ? 'entry-line is-it' : 'entry-line'}>
            <span class="line-number">{number}</span>
            <span class={/^\s*(#|\/\/)/.test(line) ? 'comment' : undefined}>{line}</span>
            {isMarked && <span class="hidden-label"> (this line decided)</span>}
            {'\n'}
          </span>
        )
      })}
    </pre>
  )
}
