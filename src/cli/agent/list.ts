import type { JsonValue } from '../../core/json'
import type { Features } from '../../engine/features'
import { pastFrom } from '../../core/time'
import { namesOf } from '../named-experiment'
import { counted } from '../output'
import { tool } from './tool'

const MOST = 200
const USUAL = 50

/** A feature in a list. */
interface Listed {
  readonly [key: string]: unknown
  readonly feature: string
  /** In words, the first that knows the visitor decides; empty is nobody. */
  readonly who: readonly string[]
  readonly description: JsonValue | null
  readonly owner: JsonValue | null
  readonly expires: JsonValue | null
  readonly expired: boolean
  readonly source: string | null
  readonly line: number | null
  readonly problems: readonly string[]
}

export const list = tool({
  name: 'list',
  title: 'List features',
  description:
    'Lists the features of the live config with who has each, in words, its description, owner and expiry. Narrow it with match, owner or expired; read on with offset.',
  input: (z) => ({
    match: z.string().max(200).optional().describe('a part of the name or the description'),
    owner: z.string().max(200).optional(),
    expired: z.boolean().optional().describe('true: only features past their expires'),
    offset: z.int().min(0).max(1_000_000).optional(),
    limit: z.int().min(1).max(MOST).optional().describe(`default ${USUAL}`),
  }),
  run: ({ match = '', owner, expired, offset = 0, limit = USUAL }, { live, terminal }) =>
    live.opened(({ features }) => {
      const now = terminal.now().getTime()
      const wanted = match.toLowerCase()
      const found = namesOf(features)
        .map((name) => listed(name, features, now))
        .filter(
          (one) =>
            (wanted === '' ||
              `${one.feature} ${textOf(one.description)}`.toLowerCase().includes(wanted)) &&
            (owner === undefined || ownersOf(one.owner).includes(owner)) &&
            (expired === undefined || one.expired === expired),
        )
      const shown = found.slice(offset, offset + limit)
      const rest = found.length - offset - shown.length
      const more = rest > 0 ? `\n… ${rest} more: ask again with offset ${offset + limit}` : ''
      return {
        text: `${counted(found.length, 'feature')}\n${shown.map(lineOf).join('\n')}${more}`,
        data: { total: found.length, offset, features: shown },
      }
    }),
})

function listed(name: string, features: Features, now: number): Listed {
  const described = features.describe(name)
  const { description = null, owner = null, expires = null } = features.metadata(name) ?? {}
  return {
    feature: name,
    who: described?.feature === undefined ? [] : described.words().map(({ words }) => words),
    description,
    owner,
    expires,
    expired: isPast(expires, now),
    source: described?.source ?? null,
    line: described?.position.line ?? null,
    problems: described?.problems.map(({ message }) => message) ?? [],
  }
}

function lineOf({ feature, who, description, owner, expires, expired, problems }: Listed): string {
  const said = [
    who.length === 0 ? 'nobody' : who.join('; '),
    ...(owner === null ? [] : [`owner ${textOf(owner)}`]),
    ...(expires === null ? [] : [`expires ${textOf(expires)}${expired ? ' (past)' : ''}`]),
    ...(description === null ? [] : [textOf(description)]),
    ...problems.map((message) => `PROBLEM: ${message}`),
  ]
  return `${feature}: ${said.join(' | ')}`
}

const textOf = (value: JsonValue): string =>
  (typeof value === 'string' ? value : JSON.stringify(value)).replace(/\s+/g, ' ').slice(0, 300)

const ownersOf = (owner: JsonValue): readonly JsonValue[] =>
  Array.isArray(owner) ? (owner as readonly JsonValue[]) : [owner]

const isPast = (expires: JsonValue, now: number): boolean =>
  typeof expires === 'string' && now >= pastFrom(expires)
