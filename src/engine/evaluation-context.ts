import { isObject } from '../core/options'
import type { AccountFacts, Facts } from '../core/world'

/**
 * What OpenFeature's clients say of a subject: `targetingKey`, and members of any name and type.
 * Read, never changed and never stored.
 */
export type EvaluationContext = Readonly<Record<string, unknown>>

/** What a role or a name of the account may be read from. */
type AccountMember = Exclude<keyof AccountFacts, 'id'>
type RequestMember = 'subreddit' | 'subdomain' | 'oauthClient' | 'loid'

/**
 * Which member of a context answers one of liveflag's own questions, for callers whose contexts have
 * other names: `{ admin: 'is_staff', loid: 'sessionId' }`.
 */
export type ContextMapping = Readonly<Partial<Record<AccountMember | RequestMember, string>>>

const ACCOUNT_MEMBERS: readonly AccountMember[] = ['name', 'admin', 'employee', 'gold', 'beta']
const REQUEST_MEMBERS: readonly RequestMember[] = ['subreddit', 'subdomain', 'oauthClient', 'loid']
/** What a mapping may name. */
export const MAPPED: readonly string[] = [...ACCOUNT_MEMBERS, ...REQUEST_MEMBERS]

/**
 * A context as facts: `targetingKey` is the user's id; a `user` object and the other members of
 * `Facts` count under their own names when they have the type of that fact; every member is an
 * attribute as well. `user: null` is a visitor who is not signed in: the targeting key is then their
 * logged-out id, unless the context has a `loid`.
 *
 * @example factsOfContext({ targetingKey: 't2_beef', plan: 'pro', user: { gold: true } })
 * // { user: { gold: true, id: 't2_beef' }, attributes: { targetingKey: 't2_beef', plan: 'pro', … } }
 */
export function factsOfContext(context: EvaluationContext, mapping: ContextMapping = {}): Facts {
  const own = (name: string): unknown => (Object.hasOwn(context, name) ? context[name] : undefined)
  const of = (fact: AccountMember | RequestMember): unknown => own(mapping[fact] ?? fact)
  const key = textOf(own('targetingKey'))
  const isSignedOut = own('user') === null
  return {
    ...userOf(own('user'), key, mapping, own),
    ...(isSignedOut && key !== undefined && { loid: key }),
    ...textFacts(of),
    ...(isTexts(own('urlFeatures')) && { urlFeatures: own('urlFeatures') as readonly string[] }),
    ...pageOf(own('page')),
    attributes: attributesOf(context, own('attributes')),
  }
}

function userOf(
  given: unknown,
  key: string | undefined,
  mapping: ContextMapping,
  own: (name: string) => unknown,
): Pick<Facts, 'user'> {
  if (given === null) return { user: null }
  const account = isObject(given) && !Array.isArray(given) ? { ...given } : {}
  const mapped = ACCOUNT_MEMBERS.flatMap((member) => {
    const name = mapping[member]
    const value = name === undefined ? undefined : own(name)
    return value === undefined ? [] : [[member, value] as const]
  })
  const user = { ...account, ...Object.fromEntries(mapped), ...(key !== undefined && { id: key }) }
  return Object.keys(user).length === 0 ? {} : { user }
}

function textFacts(of: (fact: RequestMember) => unknown): Facts {
  const found = REQUEST_MEMBERS.flatMap((fact) => {
    const text = textOf(of(fact))
    return text === undefined ? [] : [[fact, text] as const]
  })
  return Object.fromEntries(found)
}

function pageOf(page: unknown): Pick<Facts, 'page'> {
  if (!isObject(page)) return {}
  const id: unknown = Reflect.get(page, 'id')
  const type: unknown = Reflect.get(page, 'type')
  return typeof id === 'string' && typeof type === 'string' ? { page: { id, type } } : {}
}

/** `attributes` holds more of them, and wins: that is where `Facts` has them. */
function attributesOf(context: EvaluationContext, more: unknown): NonNullable<Facts['attributes']> {
  const attributes = isObject(more) && !Array.isArray(more) ? { ...context, ...more } : context
  return attributes as NonNullable<Facts['attributes']>
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')
