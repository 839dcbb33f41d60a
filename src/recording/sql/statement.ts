/**
 * A statement of SQL, or a piece of one. The values go between the texts, so there is one more
 * text.
 */
export class Statement {
  constructor(
    readonly texts: readonly string[],
    readonly values: readonly unknown[],
  ) {}
}

/**
 * Builds a statement from a template: a value becomes a parameter, another statement becomes part
 * of the text.
 * @example sql`select name from ${named('liveflag_usages')} where id = ${id}`
 */
export function sql(template: TemplateStringsArray, ...members: readonly unknown[]): Statement {
  return spliced(template, members)
}

/** A text that goes into the statement unchanged. Never pass one that comes from outside. */
export const raw = (text: string): Statement => new Statement([text], [])

/** The name of a table or a column, in quotes. */
export const named = (name: string): Statement => raw(`"${name}"`)

/** Values and statements with commas between them. */
export function list(members: readonly unknown[]): Statement {
  return spliced(['', ...members.slice(1).map(() => ', '), ''], members)
}

function spliced(texts: readonly string[], members: readonly unknown[]): Statement {
  const values: unknown[] = []
  const pieces: string[] = []
  let open = texts[0] ?? ''
  const add = (value: unknown, text: string): void => {
    values.push(value)
    pieces.push(open)
    open = text
  }
  members.forEach((member, index) => {
    if (member instanceof Statement) {
      open += member.texts[0] ?? ''
      member.values.forEach((value, at) => add(value, member.texts[at + 1] ?? ''))
    } else add(member, '')
    open += texts[index + 1] ?? ''
  })
  return new Statement([...pieces, open], values)
}
