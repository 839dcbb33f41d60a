/** A unified diff, line by line; what is added and removed is also said by its sign. */
export function Diff({ text, label }: { readonly text: string; readonly label: string }) {
  if (text.trim() === '') return <p class="muted">The text is the same.</p>
  const lines = text
    .replace(/\n$/, '')
    .split('\n')
    .filter((line) => !isHead(line))
  return (
    <pre class="diff" aria-label={label} role="region" tabIndex={0}>
      {lines.map((line, index) => (
        <span key={index} class={`diff-line ${kindOf(line)}`}>
          {line === '' ? ' ' : line}
          {'\n'}
        </span>
      ))}
    </pre>
  )
}

const isHead = (line: string): boolean => /^(---|\+\+\+|Index:|={10,}|\\ No newline)/.test(line)

function kindOf(line: string): string {
  if (line.startsWith('+')) return 'added'
  if (line.startsWith('-')) return 'removed'
  return line.startsWith('@@') ? 'place' : ''
}
