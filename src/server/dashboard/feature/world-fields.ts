import type { ExplainRequest } from '../../admin/contract'

export type WorldFacts = ExplainRequest['world']

const ROLES = ['admin', 'employee', 'gold', 'beta'] as const
export type Role = (typeof ROLES)[number]

/** A World as the fields of a form. */
export interface WorldFields {
  readonly isSignedIn: boolean
  readonly id: string
  readonly name: string
  readonly roles: readonly Role[]
  readonly subreddit: string
  readonly subdomain: string
  readonly oauthClient: string
  readonly loid: string
  /** Separated by spaces or commas. */
  readonly urlFeatures: string
  /** One a line: `country: NZ`. */
  readonly attributes: string
}

export const NOBODY: WorldFields = {
  isSignedIn: true,
  id: 't2_4k2',
  name: 'gary',
  roles: [],
  subreddit: '',
  subdomain: '',
  oauthClient: '',
  loid: '',
  urlFeatures: '',
  attributes: '',
}

export const allRoles: readonly Role[] = ROLES

const TEXTS = ['subreddit', 'subdomain', 'oauthClient', 'loid'] as const

/** The World that the fields say. Empty fields are members that are not there. */
export function worldOf(fields: WorldFields): WorldFacts {
  const { isSignedIn, id, name, roles } = fields
  const attributes = attributesOf(fields.attributes)
  const urlFeatures = fields.urlFeatures.split(/[\s,]+/).filter((one) => one !== '')
  return {
    ...(isSignedIn && {
      user: { id, name, ...Object.fromEntries(roles.map((role) => [role, true])) },
    }),
    ...Object.fromEntries(TEXTS.flatMap((key) => (fields[key] === '' ? [] : [[key, fields[key]]]))),
    ...(urlFeatures.length > 0 && { urlFeatures }),
    ...(Object.keys(attributes).length > 0 && { attributes }),
  }
}

type Attributes = NonNullable<WorldFacts['attributes']>

/** `age: 30` is a number, `beta: true` a boolean, `tags: ["a"]` a list, everything else a text. */
function attributesOf(text: string): Attributes {
  const lines = text.split('\n').filter((line) => line.includes(':'))
  return Object.fromEntries(
    lines.map((line) => {
      const end = line.indexOf(':')
      return [line.slice(0, end).trim(), valueOf(line.slice(end + 1).trim())]
    }),
  )
}

function valueOf(text: string): Attributes[string] {
  try {
    return JSON.parse(text) as Attributes[string]
  } catch {
    return text
  }
}

/** The fields that show a World; what has no field is left out. */
export function fieldsOf(world: WorldFacts): WorldFields {
  const { user, attributes } = world
  return {
    isSignedIn: user !== undefined && user !== null,
    id: user?.id ?? '',
    name: user?.name ?? '',
    roles: ROLES.filter((role) => user?.[role] === true),
    subreddit: world.subreddit ?? '',
    subdomain: world.subdomain ?? '',
    oauthClient: world.oauthClient ?? '',
    loid: world.loid ?? '',
    urlFeatures: (world.urlFeatures ?? []).join(' '),
    attributes: Object.entries(attributes ?? {})
      .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join('\n'),
  }
}
