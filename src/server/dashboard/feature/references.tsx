import type { CodeReference } from '../../admin/contract'
import { Card } from '../parts/card'

interface ReferencesProps {
  readonly references: readonly CodeReference[] | null
  readonly name: string
}

/** Where the code asks for it. Without a usage report there is nothing to say. */
export function References({ references, name }: ReferencesProps) {
  if (references === null) return null
  return (
    <Card title="In the code">
      {references.length === 0 ? (
        <p>No file asks for {name}. Its entry can be removed.</p>
      ) : (
        <ul class="references">
          {references.map(({ file, line, text }) => (
            <li key={`${file}:${line}`}>
              <code class="muted small">
                {file}:{line}
              </code>
              <pre>{text}</pre>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
