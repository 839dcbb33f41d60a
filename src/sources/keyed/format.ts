import type { Format } from '../../core/source'

const ENDINGS: readonly (readonly [ending: RegExp, format: Format])[] = [
  [/\.ya?ml$/i, 'yaml'],
  [/\.json$/i, 'json'],
  [/\.ini$/i, 'ini'],
]

/** An object as JSON begins; one of YAML may, too, but hardly ever with a quote. */
const JSON_OBJECT = /^\uFEFF?[ \t\r\n]*\{[ \t\r\n]*["}]/
/** Comments, then a section. */
const INI_SECTION =
  /^\uFEFF?(?:[ \t]*(?:[;#][^\n]*)?\r?\n)*[ \t]*\[[^\]\n]+\][ \t]*(?:[;#][^\n]*)?\r?(?:\n|$)/

/** The format of a text that nobody stated: by the ending of its name, then by its beginning. */
export function formatOf(name: string, text: string): Format {
  const byName = ENDINGS.find(([ending]) => ending.test(name))?.[1]
  if (byName !== undefined) return byName
  if (JSON_OBJECT.test(text)) return 'json'
  return INI_SECTION.test(text) ? 'ini' : 'yaml'
}
