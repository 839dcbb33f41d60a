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
export function factsOfContext(context: EvaluationContext, mapping: ContextMapping = NONE): Facts {
  const facts: Writable<Facts> = { attributes: attributesOf(context) }
  const key = textOf(own(context, 'targetingKey'))
  const given = own(context, 'user')
  const user = given === null ? null : userOf(given, key, mapping, context)
  if (user !== undefined) facts.user = user
  if (given === null && key !== undefined) facts.loid = key
  for (const fact of REQUEST_MEMBERS) {
    const text = textOf(own(context, mapping[fact] ?? fact))
    if (text !== undefined) facts[fact] = text
  }
  const urlFeatures = own(context, 'urlFeatures')
  if (isTexts(urlFeatures)) facts.urlFeatures = urlFeatures
  const page = pageOf(own(context, 'page'))
  if (page) facts.page = page
  return facts
}

const NONE: ContextMapping = {}

type Writable<T> = { -readonly [Member in keyof T]: T[Member] }

const own = (context: EvaluationContext, name: string): unknown =>
  Object.hasOwn(context, name) ? context[name] : undefined

/** Undefined when the context says nothing of an account. */
function userOf(
  given: unknown,
  key: string | undefined,
  mapping: ContextMapping,
  context: EvaluationContext,
): AccountFacts | undefined {
  const user: Record<string, unknown> = isObject(given) && !Array.isArray(given) ? { ...given } : {}
  if (mapping !== NONE)
    for (const member of ACCOUNT_MEMBERS) {
      const name = mapping[member]
      const value = name === undefined ? undefined : own(context, name)
      if (value !== undefined) user[member] = value
    }
  if (key !== undefined) user['id'] = key
  for (const _ in user) return user
  return undefined
}

function pageOf(page: unknown): Facts['page'] {
  if (!isObject(page)) return undefined
  const id: unknown = Reflect.get(page, 'id')
  const type: unknown = Reflect.get(page, 'type')
  return typeof id === 'string' && typeof type === 'string' ? { id, type } : undefined
}

/** `attributes` holds more of them, and wins: that is where `Facts` has them. */
function attributesOf(context: EvaluationContext): NonNullable<Facts['attributes']> {
  const more = own(context, 'attributes')
  const attributes = isObject(more) && !Array.isArray(more) ? { ...context, ...more } : context
  return attributes as NonNullable<Facts['attributes']>
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')
