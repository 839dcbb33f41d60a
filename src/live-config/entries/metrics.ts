import { isJsonList, type JsonValue, kindOf } from '../../core/json'
import type { EntryProblem } from '../../core/selector'
import type { Document } from '../dialects/dialect'
import type { TextProblem } from '../text/entry'
import { bad, type Metric, MetricReader } from './metric'

export type { Metric, RatioPart } from './metric'

export interface Metrics {
  readonly metrics: readonly Metric[]
  /** The path of each begins with the index in the list. */
  readonly problems: readonly EntryProblem[]
}

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

const KEY = 'metrics'

/** The metrics that a live config of liveflag's own declares. */
export const metricsOf = (document: Document): readonly Metric[] => metricsRead(document).metrics

/** The same, and what is wrong with them, with its places. */
export function metricsRead(document: Document): {
  readonly metrics: readonly Metric[]
  readonly problems: readonly TextProblem[]
} {
  const { metrics, problems } = readMetrics(writtenIn(document))
  return { metrics, problems: withPlaces(problems, document) }
}

function withPlaces(problems: readonly EntryProblem[], document: Document): readonly TextProblem[] {
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
