import { BadBody } from '../../protocols/json-body'

/** A whole number from 1 that a query names; throws BadBody. */
export function wholeIn(query: URLSearchParams, name: string, usual: number): number {
  const text = query.get(name)
  if (text === null) return usual
  if (!/^[1-9]\d{0,14}$/.test(text))
    throw new BadBody(name, `${name} is not valid; send a whole number from 1`)
  return Number(text)
}
