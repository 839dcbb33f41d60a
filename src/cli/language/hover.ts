import { isJsonObject, type JsonValue, own } from '../../core/json'
import type { Format } from '../../core/source'
import { selectorsInWords } from '../../export/in-words'
import { selectors } from '../../selectors'
import type { TextEntry } from './entries'
import { valueOf } from './spot'

/** Who gets a feature, in words, and what its notes say: Markdown for a hover. */
export function entryInWords(text: string, format: Format, entry: TextEntry): string {
  const value = valueOf(text, format, entry)
  return [`**${code(entry.name)}**`, ...who(value), ...notes(value)].join('\n\n')
}

function who(value: JsonValue | undefined): readonly string[] {
  if (value === undefined) return ['The entry cannot be read at the moment.']
  if (!isJsonObject(value))
    return [value === 'on' || value === true ? 'Everybody has it.' : 'Nobody has it.']
  const claims = selectorsInWords(value, 'liveflag', selectors)
  if (claims.length === 0) return ['Nobody has it.']
  return [
    'Who has it, the first that knows the visitor decides:',
    claims.map(({ selector, words }) => `- ${escaped(words)} (${code(selector)})`).join('\n'),
  ]
}

const NOTES = ['description', 'owner', 'created', 'expires', 'ticket']

function notes(value: JsonValue | undefined): readonly string[] {
  if (value === undefined || !isJsonObject(value)) return []
  const lines = NOTES.flatMap((key) => {
    const note = own(value, key)
    return note === undefined
      ? []
      : [`- ${key}: ${escaped(typeof note === 'string' ? note : JSON.stringify(note))}`]
  })
  return lines.length > 0 ? [lines.join('\n')] : []
}

/** A note is a text of somebody: it draws no link, picture or heading in the editor. */
const escaped = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>()#!|~]/g, '\\$&')

const code = (text: string): string => `\`${text.replaceAll('`', '')}\``
