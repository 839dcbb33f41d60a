import {
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  kindOf,
  own,
} from '../../core/json'
import type { EntryProblem } from '../../core/selector'
import type { Path } from '../../core/problem'
import { didYouMean } from '../../core/suggest'
import { readDuration } from '../../experiments/duration'

/** What an experiment is judged by, as a live config declares it. */
export interface Metric {
  readonly name: string
  /** The name under which the conversions are recorded. */
  readonly event: string
  /**
   * `rate`: the units with at least one; `value`: the sum of the values of a unit; `ratio`: one sum
   * over another.
   */
  readonly type: 'rate' | 'value' | 'ratio'
  /** Which way is better. */
  readonly direction: 'up' | 'down'
  /** Conversions count for so many milliseconds after the exposure; null is for ever. */
  readonly windowMs: number | null
  readonly role: 'primary' | 'secondary' | 'guardrail'
  /** How much worse a guardrail may become, as a part of the control: 0.01 is 1 %. */
  readonly margin: number
  /** Of type `value`: takes away what the values of so many milliseconds before foretell. */
  readonly cupedMs?: number
  /** Of type `value`: between which quantiles of all units values are left as they are. */
  readonly winsorize?: readonly [number, number]
  /** Of type `ratio`. */
  readonly ratio?: { readonly numerator: RatioPart; readonly denominator: RatioPart }
}

/** What is added up for each unit: conversions of a name, or their values. */
export interface RatioPart {
  readonly event: string
  readonly aggregation: 'count' | 'sum'
}

const KEYS = [
  'name',
  'event',
  'type',
  'direction',
  'window',
  'role',
  'margin',
  'cuped',
  'winsorize',
  'ratio',
] as const
const TYPES = ['rate', 'value', 'ratio'] as const
const DIRECTIONS = ['up', 'down'] as const
const ROLES = ['primary', 'secondary', 'guardrail'] as const
const PARTS = ['numerator', 'denominator'] as const

export const bad = (path: Path, message: string): EntryProblem => ({
  code: 'bad-type',
  path,
  message,
})

/** Reads one metric, and collects what is wrong with it. */
export class MetricReader {
  readonly problems: EntryProblem[] = []
  private readonly written: JsonObject

  constructor(
    private readonly given: JsonValue,
    private readonly index: number,
  ) {
    this.written = isJsonObject(given) ? given : {}
  }

  read(): Metric | undefined {
    const { given, index, written } = this
    if (!isJsonObject(given)) {
      this.problems.push(
        bad([index], `a metric is ${kindOf(given)}; write a mapping: { name: signup, type: rate }`),
      )
      return undefined
    }
    this.unknownKeys()
    const name = this.text('name')
    if (name === undefined) this.wrong('name', 'a text', 'by which reports and people call it')
    const role = this.oneOf('role', ROLES, 'secondary')
    const ratio = this.ratio()
    const type = this.oneOf('type', TYPES, this.hasRatio ? 'ratio' : 'rate')
    const [cupedMs, winsorize] = [this.cuped(type), this.winsorize(type)]
    this.ratioFits(type)
    const metric = {
      name: name ?? '',
      event: ratio?.numerator.event ?? this.text('event') ?? name ?? '',
      type,
      direction: this.oneOf('direction', DIRECTIONS, 'up'),
      windowMs: this.window(),
      role,
      margin: this.margin(),
      ...(cupedMs !== undefined && { cupedMs }),
      ...(winsorize && { winsorize }),
      ...(ratio && { ratio }),
    }
    if (role !== 'guardrail' && own(written, 'margin') !== undefined)
      this.wrong('margin', 'left out', 'where the role is not guardrail')
    return this.problems.length > 0 ? undefined : metric
  }

  private unknownKeys(): void {
    for (const key of Object.keys(this.written)) {
      if ((KEYS as readonly string[]).includes(key) || /^x[-_]/.test(key)) continue
      const meant = didYouMean(key, KEYS)
      this.problems.push({
        code: 'unknown-key',
        path: [this.index, key],
        at: 'key',
        message: `a metric has no key ${JSON.stringify(key)}${meant === undefined ? `; it has ${KEYS.join(', ')}` : `; did you mean ${meant}?`}`,
      })
    }
  }

  private text(key: string): string | undefined {
    const value = own(this.written, key)
    if (value === undefined) return undefined
    if (typeof value === 'string' && value.trim() !== '') return value
    this.wrong(key, 'a text that is not empty')
    return ''
  }

  private oneOf<Word extends string>(key: string, words: readonly Word[], otherwise: Word): Word {
    const value = own(this.written, key)
    if (value === undefined) return otherwise
    const found = words.find((word) => word === value)
    if (found === undefined) {
      const meant = typeof value === 'string' ? didYouMean(value, words) : undefined
      this.wrong(key, words.join(' or '), meant === undefined ? '' : `; did you mean ${meant}?`)
    }
    return found ?? otherwise
  }

  /** `7d`, `36h` or `90m`. */
  private window(): number | null {
    const value = own(this.written, 'window')
    if (value === undefined) return null
    const found = readDuration(value) || undefined
    if (found === undefined) this.wrong('window', 'a time such as 7d, 36h or 90m')
    return found ?? null
  }

  /** `14d`: a time before the exposure. */
  private cuped(type: Metric['type']): number | undefined {
    const value = own(this.written, 'cuped')
    if (value === undefined) return undefined
    if (type !== 'value') this.wrong('cuped', 'left out', `where the type is ${type}`)
    const found = readDuration(value) || undefined
    if (found === undefined) this.wrong('cuped', 'a time such as 14d, 36h or 90m')
    return found
  }

  /** `0.99`, or `[0.01, 0.99]`. */
  private winsorize(type: Metric['type']): readonly [number, number] | undefined {
    const value = own(this.written, 'winsorize')
    if (value === undefined) return undefined
    if (type !== 'value') this.wrong('winsorize', 'left out', `where the type is ${type}`)
    const [low, high, ...more] = isJsonList(value) ? value : [0, value]
    const isQuantile = (one: JsonValue | undefined): one is number =>
      typeof one === 'number' && one >= 0 && one <= 1
    if (isQuantile(low) && isQuantile(high) && more.length === 0 && low < 0.5 && high > 0.5)
      return [low, high]
    this.wrong('winsorize', 'a quantile such as 0.99, or two such as [0.01, 0.99]')
    return undefined
  }

  /** `{ numerator: click, denominator: view }`. */
  private ratio(): Metric['ratio'] {
    const value = own(this.written, 'ratio')
    if (value === undefined) return undefined
    if (!isJsonObject(value)) {
      this.wrong('ratio', 'a mapping: { numerator: click, denominator: view }')
      return undefined
    }
    for (const key of Object.keys(value)) if (!PARTS.some((part) => part === key)) this.noPart(key)
    const [numerator, denominator] = PARTS.map((key) => this.part(key, own(value, key)))
    return numerator && denominator ? { numerator, denominator } : undefined
  }

  /** Conversions of a name, counted; or a mapping that says that their values are added up. */
  private part(key: (typeof PARTS)[number], value: JsonValue | undefined): RatioPart | undefined {
    const written = value ?? null
    const [event, aggregation = 'count'] = isJsonObject(written)
      ? [own(written, 'event'), own(written, 'aggregation')]
      : [written]
    if (
      typeof event === 'string' &&
      event.trim() !== '' &&
      (aggregation === 'count' || aggregation === 'sum')
    )
      return { event, aggregation }
    const is = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`
    const message = `${key} of a ratio ${is}; it is the name of conversions, which are counted, or { event: purchase, aggregation: sum }, whose values are added up`
    const path = value === undefined ? [this.index, 'ratio'] : [this.index, 'ratio', key]
    this.problems.push(bad(path, message))
    return undefined
  }

  private noPart(key: string): void {
    const message = `a ratio has no key ${JSON.stringify(key)}; it has numerator and denominator`
    const path = [this.index, 'ratio', key]
    this.problems.push({ code: 'unknown-key', path, at: 'key', message })
  }

  private get hasRatio(): boolean {
    return own(this.written, 'ratio') !== undefined
  }

  private ratioFits(type: Metric['type']): void {
    const isRatio = this.hasRatio
    if (type === 'ratio' && !isRatio)
      this.wrong('ratio', 'a mapping: { numerator: click, denominator: view }')
    if (type !== 'ratio' && isRatio) this.wrong('type', 'ratio', 'where there is a ratio')
    if (isRatio && own(this.written, 'event') !== undefined)
      this.wrong('event', 'left out', 'where there is a ratio, which names its conversions')
  }

  /** `1%` or `0.01`. */
  private margin(): number {
    const value = own(this.written, 'margin')
    if (value === undefined) return 0
    const [, figure, sign] =
      (typeof value === 'string' && /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(value)) || []
    const part =
      typeof value === 'number' ? value : Number(figure ?? NaN) / (sign === '%' ? 100 : 1)
    if (part >= 0 && part < 1) return part
    this.wrong('margin', 'a part below 1, such as 1% or 0.01')
    return 0
  }

  private wrong(key: string, right: string, more = ''): void {
    const value = own(this.written, key)
    const is = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`
    const hint = more === '' || more.startsWith(';') ? more : `, ${more}`
    this.problems.push(bad([this.index, key], `${key} of a metric ${is}; it is ${right}${hint}`))
  }
}
