/** What a report is asked, as the parameters of its route have it; empty is the default. */
export interface Question {
  readonly by: string
  readonly conversion: string
  readonly control: string
  readonly since: string
  readonly until: string
  readonly window: string
  readonly stitch: string
  readonly segment: string
}

const NOTHING: Question = {
  by: '',
  conversion: '',
  control: '',
  since: '',
  until: '',
  window: '',
  stitch: '',
  segment: '',
}

/** The question that the address of the page has, so that a link shows the same report. */
export const questionOf = (query: Readonly<Record<string, string>>): Question =>
  asked(NOTHING, query)

/** The members of `nothing`, where the query has them. */
export const asked = <Asked extends object>(
  nothing: Asked,
  query: Readonly<Record<string, string>>,
): Asked => {
  const own = Object.keys(nothing).map((name) => [name, query[name] ?? ''] as const)
  return { ...nothing, ...Object.fromEntries(own) }
}

/** The same as a query: `?since=7d`. */
export function queryOf(question: object): string {
  const all = Object.entries(question) as readonly (readonly [string, string])[]
  const query = new URLSearchParams()
  for (const [name, value] of all) if (value !== '') query.set(name, value)
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}
