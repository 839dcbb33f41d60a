import { titleOf } from '../../../sources/source-title'

/** Who keeps a text: the word that goes with it. */
export const keeperOf = (source: string): 'file' | 'store' =>
  titleOf(source) === source ? 'file' : 'store'

/** A source in words, with its name for whoever points at it. */
export const SourceName = ({ source }: { readonly source: string }) => (
  <code class="muted" title={source}>
    {titleOf(source)}
  </code>
)

interface Place {
  readonly source: string
  readonly line?: number | undefined
  readonly column?: number | undefined
}

/** `config/live.yaml:37:5`, as editors open it; in a store, `Redis live at host, line 37`. */
export function placeText({ source, line, column }: Place): string {
  if (keeperOf(source) === 'file')
    return [source, line, column].filter((part) => part !== undefined).join(':')
  return line === undefined ? titleOf(source) : `${titleOf(source)}, line ${line}`
}
