import type { Candidate } from '../contender'
import { VARIANTS } from '../workloads'
import type { Flag, Visitor } from '../workloads'

interface SizedVariant {
  readonly name: string
  /** Of 1000. */
  readonly upTo: number
}

interface Rule {
  readonly on: boolean
  readonly users: ReadonlySet<string> | undefined
  readonly gold: boolean
  readonly percent: number
  readonly arms: readonly SizedVariant[] | undefined
}

/** MurmurHash3 x86_32 of a text's low bytes, seed 0, as one copies it into a project. */
function murmur3(text: string): number {
  const length = text.length
  const whole = length & ~3
  let hash = 0
  for (let at = 0; at < whole; at += 4) {
    const block =
      (text.charCodeAt(at) & 0xff) |
      ((text.charCodeAt(at + 1) & 0xff) << 8) |
      ((text.charCodeAt(at + 2) & 0xff) << 16) |
      ((text.charCodeAt(at + 3) & 0xff) << 24)
    hash ^= scramble(block)
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0
  }
  let tail = 0
  for (let at = length - 1; at >= whole; at--) tail = (tail << 8) | (text.charCodeAt(at) & 0xff)
  hash ^= scramble(tail) ^ length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function scramble(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51)
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593)
}

/** 0 to 999. */
type BucketOf = (name: string, id: string) => number

const bucketOf: BucketOf = (name, id) => murmur3(`${name}:${id}`) % 1000

function isEnabled(
  rules: ReadonlyMap<string, Rule>,
  visitor: Visitor,
  name: string,
  bucketOf: BucketOf,
): boolean {
  const rule = rules.get(name)
  if (rule === undefined) return false
  if (rule.on) return true
  const user = visitor.user
  if (user === null) return false
  if (rule.users !== undefined && rule.users.has(user.name)) return true
  if (rule.gold && user.gold) return true
  return rule.percent > 0 && bucketOf(name, user.id) < rule.percent * 10
}

function variant(
  rules: ReadonlyMap<string, Rule>,
  visitor: Visitor,
  name: string,
  bucketOf: BucketOf,
): string | undefined {
  const rule = rules.get(name)
  const user = visitor.user
  if (rule === undefined || rule.arms === undefined || user === null) return undefined
  const bucket = bucketOf(name, user.id)
  for (const arm of rule.arms) if (bucket < arm.upTo) return arm.name
  return undefined
}

/** JSON can say all of it except the set of users. */
type Written = Omit<Rule, 'users'> & { readonly users?: readonly string[] }

function write(flag: Flag): Written {
  return {
    on: flag.kind === 'on-off' && flag.on,
    gold: flag.kind === 'list',
    percent: flag.kind === 'rollout' ? flag.percent : 0,
    arms:
      flag.kind === 'experiment'
        ? VARIANTS.map((name, i) => ({ name, upTo: (i + 1) * flag.percentPerVariant * 10 }))
        : undefined,
    ...(flag.kind === 'list' && { users: flag.users }),
  }
}

function read({ on, users, gold, percent, arms }: Written): Rule {
  return { on, users: users && new Set(users), gold, percent, arms }
}

/** The same code with another hash. */
export const withHash = (title: string, note: string, bucketOf: BucketOf): Candidate<Visitor> => ({
  title,
  note,
  write: (flags) =>
    JSON.stringify(Object.fromEntries(flags.map((flag) => [flag.name, write(flag)]))),
  load(text) {
    const entries = Object.entries(JSON.parse(text) as Record<string, Written>)
    const rules: ReadonlyMap<string, Rule> = new Map(
      entries.map(([name, rule]) => [name, read(rule)]),
    )
    return Promise.resolve({
      request: (visitor) => visitor,
      isEnabled: (visitor, name) => isEnabled(rules, visitor, name, bucketOf),
      variant: (visitor, name) => variant(rules, visitor, name, bucketOf),
      close() {},
    })
  },
})

export const candidate = withHash(
  'hand-written `if`',
  'a `Map` of objects and five `if`s; `MurmurHash3(flag + ":" + id) % 1000` in place; the context is the application\'s own visitor object',
  bucketOf,
)
