/**
 * The rules of docs/spec/r2.md, and liveflag's corrections of them, a second time: written from the
 * text alone and as plainly as can be, without a thought for speed. Tests compare the engine with
 * it.
 */
import { createHash } from 'node:crypto'
import type { Facts } from '../../src/index'

type Mapping = Readonly<Record<string, unknown>>

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const ownOf = (mapping: Mapping, key: string): unknown =>
  Object.hasOwn(mapping, key) ? mapping[key] : undefined

/** Section 4.3. */
export function isTrue(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '')
    return false
  if (Array.isArray(value)) return value.length > 0
  if (isMapping(value)) return Object.keys(value).length > 0
  return true
}

const digest = (name: string, seed: string): bigint =>
  BigInt(
    `0x${createHash('sha1')
      .update(Buffer.concat([Buffer.from(name, 'utf8'), Buffer.from(seed, 'utf8')]))
      .digest('hex')}`,
  )

/** Section 8. */
export const bucketFor = (name: string, seed: string): number => Number(digest(name, seed) % 1000n)

/** liveflag's millionths: the bucket, and behind it the digest's next three decimal digits. */
export const pointFor = (name: string, seed: string): number =>
  bucketFor(name, seed) * 1000 + Number((digest(name, seed) / 1000n) % 1000n)

/** Section 7.2, by the grammar, one character at a time. */
export function loidBucketFor(loid: string): number | undefined {
  const tail = [...loid].slice(-4)
  const space = (char: string | undefined): boolean =>
    char !== undefined && ' \t\n\v\f\r'.includes(char)
  const trim = (): void => {
    while (space(tail[0])) tail.shift()
  }
  trim()
  while (space(tail.at(-1))) tail.pop()
  const sign = tail[0] === '+' || tail[0] === '-' ? tail.shift() : '+'
  trim()
  if (tail.length === 0) return undefined
  let number = 0
  for (const char of tail) {
    const digit = '0123456789abcdefghijklmnopqrstuvwxyz'.indexOf(
      /^[A-Z]$/.test(char) ? char.toLowerCase() : char,
    )
    if (digit < 0) return undefined
    number = number * 36 + digit
  }
  const rest = (sign === '-' ? -number : number) % 100
  return rest < 0 ? rest + 100 : rest + 0
}

const codePoints = (text: string): readonly number[] =>
  [...text].map((char) => char.codePointAt(0) ?? 0)

function byCodePoints(a: string, b: string): number {
  const [left, right] = [codePoints(a), codePoints(b)]
  const at = left.findIndex((point, i) => point !== right[i])
  if (at < 0) return left.length - right.length
  return at >= right.length ? 1 : (left[at] ?? 0) - (right[at] ?? 0)
}

/** Section 9.3: who owns a bucket; undefined is excluded. */
export function variantFor(variants: Mapping, bucket: number): string | undefined {
  const all = new Map<string, unknown>([
    ['control_1', 10],
    ['control_2', 10],
    ...Object.entries(variants),
  ])
  const names = [...all.keys()].sort(byCodePoints)
  const n = names.length
  const candidate = names[bucket % n] ?? ''
  return bucket < Number(all.get(candidate)) * n * 10 ? candidate : undefined
}

/** Section 9.4. */
const isEnabledVariant = (variant: unknown): boolean =>
  variant !== undefined && variant !== null && variant !== 'control_1' && variant !== 'control_2'

export interface ModelEvent {
  readonly kind: string
  readonly variant: string
  readonly unit: string
}

export interface ModelAnswer {
  readonly enabled: boolean
  readonly variant: string | undefined
  /** What isEnabled owes. */
  readonly event?: ModelEvent | undefined
}

export interface ModelOptions {
  readonly loggedOutExperiments?: boolean
}

class Visitor {
  constructor(
    readonly feature: string,
    readonly facts: Facts,
    private readonly options: ModelOptions,
  ) {}

  get user(): NonNullable<Facts['user']> | undefined {
    return this.facts.user ?? undefined
  }

  get urlFeatures(): readonly string[] {
    return this.facts.urlFeatures ?? []
  }

  has(role: string): boolean {
    if (role === 'loggedin') return this.user !== undefined
    if (role === 'loggedout') return this.user === undefined
    return this.user !== undefined && (this.user as Mapping)[role] === true
  }

  isIn(key: string, list: unknown): boolean {
    const listed = Array.isArray(list) ? (list as string[]) : []
    if (key === 'oauth_clients')
      return isTrue(this.facts.oauthClient) && listed.includes(this.facts.oauthClient ?? '')
    const name = {
      users: this.user?.name,
      subreddits: this.facts.subreddit,
      subdomains: this.facts.subdomain,
    }[key]
    return (
      isTrue(name) && listed.map((item) => item.toLowerCase()).includes(name?.toLowerCase() ?? '')
    )
  }

  /** The first of the URL's features that is a key of the mapping. */
  forcedBy(mapping: Mapping): string | undefined {
    return this.urlFeatures.find((name) => Object.hasOwn(mapping, name))
  }

  /** Sections 9.2 and 10. */
  unit(experiment: Mapping): { kind: 'user' | 'page'; id: string } | undefined {
    if (isTrue(ownOf(experiment, 'page'))) {
      const { page } = this.facts
      if (!page?.id) return undefined
      if (isTrue(ownOf(experiment, 'subreddit_only')) && page.type !== 'subreddit') return undefined
      if (isTrue(ownOf(experiment, 'link_only')) && page.type !== 'link' && page.type !== 'comment')
        return undefined
      return { kind: 'page', id: page.id }
    }
    if (this.user) return this.user.id ? { kind: 'user', id: this.user.id } : undefined
    if (this.options.loggedOutExperiments === false || !isTrue(this.facts.loid)) return undefined
    return { kind: 'user', id: this.facts.loid ?? '' }
  }

  draw(experiment: Mapping): { variant: string; event: ModelEvent } | undefined {
    const unit = this.unit(experiment)
    if (!unit) return undefined
    const given = ownOf(experiment, 'variants')
    const variant = variantFor(isMapping(given) ? given : {}, bucketFor(this.feature, unit.id))
    return variant === undefined
      ? undefined
      : { variant, event: { kind: unit.kind, variant, unit: unit.id } }
  }
}

const ROLES = ['admin', 'employee', 'beta', 'gold', 'loggedin', 'loggedout']
const LISTS = ['users', 'subreddits', 'subdomains', 'oauth_clients']

/**
 * r2's isEnabled and variant, for an entry that is a mapping: docs/spec/r2.md, sections 5 to 11.
 */
export function r2Answer(
  feature: string,
  entry: Mapping,
  facts: Facts,
  options: ModelOptions = {},
): ModelAnswer {
  const visitor = new Visitor(feature, facts, options)
  const { url, experiment } = { url: ownOf(entry, 'url'), experiment: ownOf(entry, 'experiment') }
  const forced = isMapping(url) ? visitor.forcedBy(url) : undefined
  let variant: unknown
  if (forced !== undefined && isMapping(url)) variant = url[forced]
  else if (isMapping(experiment) && isTrue(experiment)) variant = visitor.draw(experiment)?.variant
  const named = { variant: typeof variant === 'string' ? variant : undefined }
  if (r2Check(entry, visitor) || r2Percentages(entry, visitor)) return { enabled: true, ...named }
  if (!isMapping(experiment) || !r2Check(experiment, visitor)) return { enabled: false, ...named }
  if (Object.hasOwn(experiment, 'enabled') && !isTrue(experiment.enabled))
    return { enabled: false, ...named }
  const drawn = visitor.draw(experiment)
  return { enabled: isEnabledVariant(drawn?.variant), ...named, event: drawn?.event }
}

function r2Check(config: Mapping, visitor: Visitor): boolean {
  if (!isTrue(config)) return false
  const enabled = ownOf(config, 'enabled')
  if (enabled === 'on') return true
  if (enabled === 'off') return false
  const url = ownOf(config, 'url')
  if (isMapping(url)) {
    const key = visitor.forcedBy(url)
    if (key !== undefined) return isEnabledVariant(url[key])
  } else if (isTrue(url) && visitor.urlFeatures.some((name) => name === url)) return true
  return (
    ROLES.some((role) => isTrue(ownOf(config, role)) && visitor.has(role)) ||
    LISTS.some((key) => visitor.isIn(key, ownOf(config, key)))
  )
}

function r2Percentages(config: Mapping, visitor: Visitor): boolean {
  const loggedin = ownOf(config, 'percent_loggedin')
  if (isTrue(loggedin) && visitor.user) {
    return Math.floor(bucketFor(visitor.feature, visitor.user.id ?? '') / 10) < Number(loggedin)
  }
  const loggedout = ownOf(config, 'percent_loggedout')
  if (!isTrue(loggedout) || visitor.user || !isTrue(visitor.facts.loid)) return false
  const bucket = loidBucketFor(visitor.facts.loid ?? '')
  return bucket !== undefined && bucket < Number(loggedout)
}

/** liveflag's own semantics: r2's with what surprises corrected (docs/selectors.md). */
export function liveflagAnswer(
  feature: string,
  entry: Mapping,
  facts: Facts,
  options: ModelOptions = {},
): ModelAnswer {
  const visitor = new Visitor(feature, facts, options)
  const enabled = ownOf(entry, 'enabled')
  if (enabled === 'off' || enabled === false) return { enabled: false, variant: undefined }
  const forced = forcedVariant(entry, visitor)
  if (forced !== undefined && enabled !== 'on')
    return { enabled: isEnabledVariant(forced), variant: forced ?? undefined }
  const drawn = drawnVariant(entry, visitor)
  if (enabled === 'on' || isKnown(entry, visitor) || isInShare(entry, visitor)) {
    return { enabled: true, variant: forced === undefined ? drawn?.variant : (forced ?? undefined) }
  }
  return { enabled: isEnabledVariant(drawn?.variant), variant: drawn?.variant, event: drawn?.event }
}

/** The variant that a URL mapping forces, null included; undefined when it forces none. */
function forcedVariant(config: Mapping, visitor: Visitor): string | null | undefined {
  const url = ownOf(config, 'url')
  if (!isMapping(url) || !passesGate(config, visitor)) return undefined
  const key = visitor.forcedBy(url)
  return key === undefined ? undefined : (url[key] as string | null)
}

function passesGate(config: Mapping, visitor: Visitor): boolean {
  const gate = ownOf(config, 'url_for')
  if (gate === undefined) return true
  if (isMapping(gate)) return isEligible(gate, visitor)
  return (Array.isArray(gate) ? (gate as string[]) : [gate as string]).some((role) =>
    visitor.has(role),
  )
}

/** Whether the selectors of a mapping that stands inside an entry know the visitor. */
function isEligible(config: Mapping, visitor: Visitor): boolean {
  const forced = forcedVariant(config, visitor)
  return forced === undefined ? isKnown(config, visitor) : isEnabledVariant(forced)
}

function isKnown(config: Mapping, visitor: Visitor): boolean {
  const url = ownOf(config, 'url')
  if (typeof url === 'string' && visitor.urlFeatures.includes(url) && passesGate(config, visitor))
    return true
  return (
    ROLES.some((role) => ownOf(config, role) === true && visitor.has(role)) ||
    LISTS.some((key) => visitor.isIn(key, ownOf(config, key)))
  )
}

function isInShare(config: Mapping, visitor: Visitor): boolean {
  const {
    user,
    facts: { loid },
  } = visitor
  const [loggedin, loggedout] = [
    Number(ownOf(config, 'percent_loggedin') ?? 0),
    Number(ownOf(config, 'percent_loggedout') ?? 0),
  ]
  if (user)
    return (
      isTrue(user.id) && pointFor(visitor.feature, user.id ?? '') < Math.round(loggedin * 10_000)
    )
  const bucket = loid ? loidBucketFor(loid) : undefined
  if (bucket === undefined || !loid) return false
  const fraction = Math.round((loggedout - Math.floor(loggedout)) * 10_000)
  return (
    bucket < Math.floor(loggedout) ||
    (bucket === Math.floor(loggedout) && pointFor(visitor.feature, loid) < fraction * 100)
  )
}

function drawnVariant(
  entry: Mapping,
  visitor: Visitor,
): { variant: string; event: ModelEvent } | undefined {
  const experiment = ownOf(entry, 'experiment')
  if (!isMapping(experiment)) return undefined
  const enabled = ownOf(experiment, 'enabled')
  if (enabled === 'off' || enabled === false) return undefined
  return enabled === 'on' || isEligible(experiment, visitor) ? visitor.draw(experiment) : undefined
}
