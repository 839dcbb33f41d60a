import type { CompletionItem } from 'vscode-languageserver'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import type { Format } from '../../core/source'
import { entriesIn, entryAt, type TextEntry } from './entries'
import { type Grammar, keysAt, valuesAt } from './schema-walk'
import { spotAt } from './spot'

const PROPERTY = 10
const VALUE = 12

/** Keys or values that may be written at an offset of a live config, in the order of precedence. */
export const completionsAt = (
  document: TextDocument,
  format: Format,
  offset: number,
): CompletionItem[] =>
  completionsIn(document, format, offset, entryAt(entriesIn(document.getText(), format), offset))

/** The same within one entry, or within what `grammar` describes. */
export function completionsIn(
  document: TextDocument,
  format: Format,
  offset: number,
  entry: TextEntry | undefined,
  grammar?: Grammar,
): CompletionItem[] {
  const text = document.getText()
  const spot = entry && spotAt(text, format, entry, offset)
  if (spot === undefined) return []
  const isKey = spot.writes === 'key'
  const isQuoted = format !== 'yaml'
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  const before = /["']?[\w-]*$/.exec(text.slice(lineStart, offset))?.[0] ?? ''
  const after = /^[\w-]*["']?(\s*:)?/.exec(text.slice(offset, offset + 200)) ?? ['']
  const range = {
    start: document.positionAt(offset - before.length),
    end: document.positionAt(offset + (after[0].length - (after[1]?.length ?? 0))),
  }
  return (isKey ? keysAt(spot.path, grammar) : valuesAt(spot.path, grammar)).map(
    ({ text: label, description }, n) => {
      const isPlain = !isQuoted || (!isKey && ['true', 'false'].includes(label))
      const word = isPlain ? label : `"${label}"`
      return {
        label,
        kind: isKey ? PROPERTY : VALUE,
        sortText: String(n).padStart(4, '0'),
        ...(description !== undefined && { documentation: description }),
        // With a quote before it, an editor would find no label that begins like it.
        ...(before !== '' && {
          filterText: before.replace(/^\w.*$/, label).replace(/^["'].*$/, word),
        }),
        textEdit: { range, newText: isKey && after[1] === undefined ? `${word}: ` : word },
      }
    },
  )
}
