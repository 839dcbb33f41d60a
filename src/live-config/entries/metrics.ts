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
import type { Document } from '../dialects/dialect'
import type { TextProblem } from '../text/entry'

/** What an experiment is judged by, as a live config declares it. */
export interface Metric {
  readonly name: string
  /** The name under which the conversions are recorded. */
  readonly event: string
  /** `rate`: the units with at least one; `value`: the sum of the values of a unit. */
  readonly type: 'rate' | 'value'
  /** Which way is better. */
  readonly direction: 'up' | 'down'
  /** Conversions count for so many milliseconds after the exposure; null is for ever. */
  readonly windowMs: number | null
  readonly role: 'primary' | 'secondary' | 'guardrail'
  /** How much worse a guardrail may become, as a part of the control: 0.01 is 1 %. */
  readonly margin: number
}

export interface Metrics {
  readonly metrics: readonly Metric[]
  /** The path of each begins with the index in the list. */
  readonly problems: readonly EntryProblem[]
}

const KEYS = ['name', 'event', 'type', 'direction', 'window', 'role', 'margin'] as const
const TYPES = ['rate', 'value'] as const
const DIRECTIONS = ['up', 'down'] as const
const ROLES = ['primary', 'secondary', 'guardrail'] as const

/** Reads `metrics`: a list. One with a problem is left out. */
export function readMetrics(value: JsonValue | undefined): Metrics {
  if (value === undefined) return { metrics: [], problems: [] }
  if (!isJsonList(value))
    return {
      metrics: [],
      problems: [bad([], `metrics is ${kindOf(value)}; write a list of mappings with a name each`)],
    }
  const problems: EntryProblem[] = []
  const metrics = new Map<string, Metric>()
  value.forEach((written, index) => {
    const reader = new MetricReader(written, index)
    const metric = reader.read()
    problems.push(...reader.problems)
    if (metric === undefined) return
    if (metrics.has(metric.name))
      problems.push({
        ...bad(
          [index, 'name'],
          `there are two metrics named ${metric.name}; give each its own name`,
        ),
        code: 'duplicate-key',
      })
    else metrics.set(metric.name, metric)
  })
  return { metrics: [...metrics.values()], problems }
}

const bad = (path: Path, message: string): EntryProblem => ({ code: 'bad-type', path, message })

/** Reads one metric, and collects what is wrong with it. */
class MetricReader {
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
    const metric = {
      name: name ?? '',
      event: this.text('event') ?? name ?? '',
      type: this.oneOf('type', TYPES, 'rate'),
      direction: this.oneOf('direction', DIRECTIONS, 'up'),
      windowMs: this.window(),
      role,
      margin: this.margin(),
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

const KEY = 'metrics'

/** The metrics that a live config of liveflag's own declares. */
export const metricsOf = (document: Document): readonly Metric[] =>
  metricsRead(document).metrics

/** The same, and what is wrong with them, with its places. */
export function metricsRead(document: Document): {
  readonly metrics: readonly Metric[]
  readonly problems: readonly TextProblem[]
} {
  const { metrics, problems } = readMetrics(writtenIn(document))
  return { metrics, problems: withPlaces(problems, document) }
}

function withPlaces(
  problems: readonly EntryProblem[],
  document: Document,
): readonly TextProblem[] {
  const entry = entryOf(document)
  return problems.map(({ code, message, path = [], at }) => ({
    code,
    severity: 'error',
    message,
    path: [KEY, ...path].join('.'),
    ...entry?.locate(path, at === 'key' ? 'key' : 'value'),
  }))
}

const entryOf = ({ dialect, entries }: Document) =>
  dialect === 'liveflag' ? entries.find(({ key }) => key === KEY) : undefined

/** In an ini file every value is text, and a list is its JSON. */
function writtenIn(document: Document): JsonValue | undefined {
  const entry = entryOf(document)
  const json = entry?.json
  return json === undefined || json.kind === 'not-json' ? entry?.value : json.value
}
