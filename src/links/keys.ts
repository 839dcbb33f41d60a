import { badOption, isObject, isText } from '../core/options'

/** The secrets that sign links, by the ids of their keys. Removing an id revokes its links. */
export type LinkKeys = Readonly<Record<string, string>>

/** The fewest characters of a secret. */
const SHORTEST = 32
/** An id is part of the link, so it has the characters that need no quoting in an address. */
const KEY_ID = /^[\w-]{1,40}$/

const WANTED =
  'secrets of at least 32 characters by key id, as { "qa-1": "…" }, or as a text: qa-1=SECRET qa-2=SECRET'

/**
 * Returns a function that looks up the secret of a key id. A mapping is read at each call, so that
 * deleting an id revokes its links at once.
 *
 * @param call the function that got the keys, for the message of an error
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on keys that cannot sign; no secret is in its message
 */
export function linkKeys(call: string, given: unknown): (id: string) => string | undefined {
  const keys = isText(given) ? keysInText(call, given) : given
  if (!isObject(keys)) throw badOption(call, 'keys', typeof given, WANTED)
  for (const [id, secret] of Object.entries(keys))
    if (!KEY_ID.test(id) || !isText(secret) || secret.length < SHORTEST)
      throw badOption(call, 'keys', `the key ${id}`, WANTED)
  return (id) => {
    const secret: unknown = Object.hasOwn(keys, id) ? Reflect.get(keys, id) : undefined
    return isText(secret) && secret.length >= SHORTEST ? secret : undefined
  }
}

/** The keys of an environment variable: `qa-1=SECRET qa-2=SECRET`. */
export function keysInText(call: string, text: string): LinkKeys {
  const pairs = text.split(/[\s,]+/).filter((pair) => pair !== '')
  return Object.fromEntries(
    pairs.map((pair, i): [string, string] => {
      const at = pair.indexOf('=')
      if (at < 1) throw badOption(call, 'keys', `the key at position ${i + 1}`, WANTED)
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
}
