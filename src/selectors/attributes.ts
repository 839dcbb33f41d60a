/**
 * What clients of GrowthBook call what a World is asked: the conditions of exported rules ask these
 * attributes, and a remote evaluation reads them (docs/server.md).
 */
import type { AccountFacts, Facts } from '../core/world'
import type { JsonObject, JsonValue } from '../core/json'

/** A visitor's name; an `id` is GrowthBook's own word for the user's id. */
const NAME = 'username'

export const LOGGED_IN: JsonObject = { loggedIn: { $eq: true } }
export const LOGGED_OUT: JsonObject = { loggedIn: { $ne: true } }

/** Of a signed-in visitor with this role; nobody else has one. */
export const roleOf = (role: string): JsonObject => ({ ...LOGGED_IN, [role]: { $eq: true } })

/** Of a visitor whose user name is one of these, whatever their case. */
export const nameAmong = (names: readonly string[]): JsonObject => ({
  ...LOGGED_IN,
  ...textAmong(NAME, names, true),
})

/** Of a request where an attribute is one of these texts. Numbers and lists never are. */
export const textAmong = (
  attribute: string,
  texts: readonly string[],
  ignoreCase: boolean,
): JsonObject => ({
  [attribute]: { $type: 'string', [ignoreCase ? '$ini' : '$in']: texts.filter(isSaid) },
})

/** Of a request whose URL names one of these features. */
export const urlFeatureAmong = (names: readonly string[]): JsonObject => ({
  urlFeatures: { $elemMatch: { $in: names } },
})

/** Of a signed-in visitor who has an id that can be bucketed. */
export const WITH_ID: JsonObject = {
  ...LOGGED_IN,
  $or: [
    { id: { $type: 'string', $regex: '\\S' } },
    {
      id: { $type: 'number', $gte: Number.MIN_SAFE_INTEGER, $lte: Number.MAX_SAFE_INTEGER },
    },
  ],
}

const isSaid = (text: string): boolean => text !== ''

type Attributes = Readonly<Record<string, JsonValue>>

/** The facts that a client's attributes say; every attribute is one of the World as well. */
export function factsOfAttributes(attributes: Attributes): Facts {
  const own = (name: string): JsonValue | undefined =>
    Object.hasOwn(attributes, name) ? attributes[name] : undefined
  const text = (name: string): string | undefined => textOf(own(name))
  const urlFeatures = own('urlFeatures')
  return {
    user: own('loggedIn') === true ? accountOf(own) : null,
    subreddit: text('subreddit'),
    subdomain: text('subdomain'),
    oauthClient: text('oauthClient'),
    loid: text('loid'),
    urlFeatures: Array.isArray(urlFeatures)
      ? (urlFeatures as readonly JsonValue[]).flatMap((name) => textOf(name) ?? [])
      : [],
    attributes,
  }
}

function accountOf(own: (name: string) => JsonValue | undefined): AccountFacts {
  const id = own('id')
  const name = textOf(own(NAME))
  return {
    ...((typeof id === 'string' || typeof id === 'number') && { id: id as string }),
    ...(name !== undefined && { name }),
    admin: own('admin') === true,
    employee: own('employee') === true,
    gold: own('gold') === true,
    beta: own('beta') === true,
  }
}

const textOf = (value: JsonValue | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined
