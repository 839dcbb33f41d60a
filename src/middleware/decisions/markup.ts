/** A piece of HTML. Only `markup` makes one, so every text in it is escaped. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What a template takes: undefined and false are nothing. */
export type Part = Markup | string | number | undefined | false | readonly Part[]

/**
 * A template of HTML. What is put into it is escaped, unless it is Markup itself; so it belongs
 * between tags or into the quotes of an attribute.
 *
 * @example markup`<a title="${title}">${name}</a>`
 */
export const markup = (pieces: TemplateStringsArray, ...parts: readonly Part[]): Markup =>
  new Markup(pieces.map((piece, i) => `${piece}${textOf(parts[i])}`).join(''))

function textOf(part: Part): string {
  if (part === undefined || part === false) return ''
  if (part instanceof Markup) return part.text
  if (isList(part)) return part.map(textOf).join('')
  return String(part).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}

const isList = (part: Part): part is readonly Part[] => Array.isArray(part)
