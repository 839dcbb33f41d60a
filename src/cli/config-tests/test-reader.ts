import type { Kind } from '../../analysis/invariants'
import { messageOf } from '../../core/errors'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from '../../core/json'
import type { Path, ProblemCode } from '../../core/problem'
import { didYouMean } from '../../core/suggest'
import { timeOf } from '../../core/time'
import type { Facts } from '../../core/world'
import { readFacts } from '../../engine/facts'

/** What a test says of a feature: on or off, a variant or a value. */
export interface Answer {
  readonly feature: string
  readonly is: JsonValue
}

/** One test of a test file. `kind` is the key that says what it is about. */
export type ConfigTest = {
  readonly title: string
  readonly line: number
  /** When it must be so, in milliseconds since 1970; undefined: from now on. */
  readonly at?: number
} & (
  | { readonly kind: 'as'; readonly facts: Facts; readonly answers: readonly Answer[] }
  | {
      readonly kind: 'nobody' | 'everybody'
      readonly of: Kind
      readonly answers: readonly Answer[]
    }
  | {
      readonly kind: 'of'
      readonly of: Kind
      readonly answers: readonly Answer[]
      readonly shares: readonly Share[]
    }
  | { readonly kind: 'never'; readonly answers: readonly Answer[] }
  | { readonly kind: 'whoGets'; readonly answers: readonly Answer[] }
  | { readonly kind: 'keeps'; readonly answers: readonly Answer[]; readonly since: string }
)

/** A bound of a share in percent. */
export interface Share {
  readonly bound: (typeof BOUNDS)[number]
  readonly percent: number
}

export const BOUNDS = ['atMost', 'atLeast', 'exactly'] as const

/** The keys of each kind of test, besides `it`; the first says which kind it is. */
export const KINDS = {
  as: ['as', 'expect'],
  nobody: ['nobody', 'gets'],
  everybody: ['everybody', 'gets'],
  of: ['of', 'get', ...BOUNDS],
  never: ['never'],
  whoGets: ['whoGets', 'alsoGets'],
  keeps: ['keeps', 'since'],
} as const satisfies Record<ConfigTest['kind'], readonly string[]>

export type KindName = keyof typeof KINDS

/** What may be said of a kind of visitors. */
export const KIND_MEMBERS: Readonly<Record<keyof Kind, 'boolean' | 'string' | 'mapping'>> = {
  ...({ loggedIn: 'boolean', admin: 'boolean', employee: 'boolean', gold: 'boolean' } as const),
  ...({ beta: 'boolean', user: 'string', subreddit: 'string', subdomain: 'string' } as const),
  ...({ oauthClient: 'string', attributes: 'mapping' } as const),
}

/** Keys that each kind of test may have. */
export const COMMON = ['it', 'at'] as const

/** Thrown within a test that is not valid. */
export class Mistake extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly path: Path,
    message: string,
    readonly target: 'key' | 'value' = 'value',
  ) {
    super(message)
  }
}

/** Reads the keys of one test. */
export class TestReader {
  constructor(
    private readonly value: JsonObject,
    private readonly path: Path,
    private readonly features: readonly string[],
  ) {}

  test(kind: KindName): object {
    switch (kind) {
      case 'as':
        return { kind, facts: this.facts(), answers: this.answers('expect') }
      case 'nobody':
      case 'everybody':
        return { kind, of: this.kind(kind), answers: this.answers('gets') }
      case 'of':
        return { kind, of: this.kind('of'), answers: this.answers('get'), shares: this.shares() }
      case 'never':
        return { kind, answers: this.atLeastTwo(this.answers('never')) }
      case 'whoGets':
        return { kind, answers: [...this.answers('whoGets'), ...this.answers('alsoGets')] }
      case 'keeps':
        return { kind, answers: this.answers('keeps'), since: this.since() }
    }
  }

  /** When it must be so; without a zone the time is UTC. */
  at(): number | undefined {
    const { at } = this.value
    if (at === undefined) return undefined
    const time = typeof at === 'string' ? timeOf(at) : NaN
    if (Number.isNaN(time))
      throw this.mistake(
        'at',
        `at is ${JSON.stringify(at)}; write a time, such as 2026-12-01 or 2026-12-01T09:00:00Z`,
      )
    return time
  }

  private mistake(
    key: string,
    message: string,
    code: ProblemCode = 'bad-type',
    ...more: Path
  ): Mistake {
    const isMissing = !Object.hasOwn(this.value, key)
    const target = code === 'unknown-key' ? 'key' : 'value'
    return new Mistake(code, isMissing ? this.path : [...this.path, key, ...more], message, target)
  }

  private facts(): Facts {
    try {
      return readFacts(this.value.as ?? {})
    } catch (error) {
      throw this.mistake('as', messageOf(error))
    }
  }

  private kind(key: string): Kind {
    const value = this.value[key]
    if (!isJsonObject(value))
      throw this.mistake(key, `${key} is a mapping, such as {loggedIn: false}, or {} for all`)
    for (const [name, of] of Object.entries(value)) {
      const wanted = Object.hasOwn(KIND_MEMBERS, name)
        ? KIND_MEMBERS[name as keyof Kind]
        : undefined
      if (wanted === undefined)
        throw this.mistake(
          key,
          `${key} has no member ${JSON.stringify(name)}; it may have ${Object.keys(KIND_MEMBERS).join(', ')}`,
          'unknown-key',
          name,
        )
      if (wanted === 'mapping') this.attributes(key, name, of)
      else if (typeof of !== wanted)
        throw this.mistake(
          key,
          `${name} is ${JSON.stringify(of)}; write ${wanted === 'boolean' ? 'true or false' : 'a text'}`,
          'bad-type',
          name,
        )
    }
    return value
  }

  /** An attribute of a kind has one value. */
  private attributes(key: string, name: string, value: JsonValue): void {
    const write = 'write a mapping of attributes, such as {country: NZ}'
    if (!isJsonObject(value))
      throw this.mistake(key, `${name} is no mapping; ${write}`, 'bad-type', name)
    for (const [attribute, is] of Object.entries(value))
      if (typeof is === 'object')
        throw this.mistake(
          key,
          `${attribute} is ${JSON.stringify(is)}; write a text, a number, true or false`,
          'bad-type',
          ...[name, attribute],
        )
  }

  /** `search_v2`, `[search_v2, checkout]` or `{search_v2: on, checkout: new}`. */
  private answers(key: string): readonly Answer[] {
    const value = this.value[key]
    const answers =
      typeof value === 'string'
        ? [{ feature: value, is: 'on' }]
        : isJsonList(value)
          ? value.map((feature) => ({
              feature: typeof feature === 'string' ? feature : JSON.stringify(feature),
              is: 'on',
            }))
          : isJsonObject(value)
            ? Object.entries(value).map(([feature, is]) => ({ feature, is }))
            : []
    if (answers.length === 0)
      throw this.mistake(key, `${key} names features: search_v2, or {search_v2: on, checkout: new}`)
    answers.forEach(({ feature }, i) => {
      if (this.features.includes(feature)) return
      const meant = didYouMean(feature, this.features)
      const hint = meant ? `did you mean ${meant}?` : 'name one without feature_'
      const more = isJsonObject(value) ? [feature] : isJsonList(value) ? [i] : []
      throw this.mistake(
        key,
        `there is no feature ${JSON.stringify(feature)}; ${hint}`,
        'unknown-feature',
        ...more,
      )
    })
    return answers
  }

  private atLeastTwo(answers: readonly Answer[]): readonly Answer[] {
    if (answers.length < 2)
      throw this.mistake('never', 'never names two features that nobody gets together')
    return answers
  }

  private shares(): readonly Share[] {
    const shares = BOUNDS.flatMap((bound) => {
      const value = this.value[bound]
      if (value === undefined) return []
      const percent =
        typeof value === 'number'
          ? value
          : /^\s*([\d.]+)\s*%\s*$/.exec(typeof value === 'string' ? value : '')?.[1]
      if (percent === undefined || !(Number(percent) >= 0 && Number(percent) <= 100))
        throw this.mistake(bound, `${bound} is ${JSON.stringify(value)}; write a percentage: 5 %`)
      return [{ bound, percent: Number(percent) }]
    })
    if (shares.length === 0)
      throw this.mistake('of', `a test of a share has one of ${BOUNDS.join(', ')}`)
    return shares
  }

  private since(): string {
    const since = this.value.since ?? 'HEAD'
    if (typeof since !== 'string' || since === '' || since.startsWith('-'))
      throw this.mistake('since', 'since is a revision of git, or the path of an older file')
    return since
  }
}
