import { isJsonList, isJsonObject, own } from '../core/json'
import type { Path, Problem } from '../core/problem'
import { isMisspelt } from '../core/suggest'
import { type Metric, metricsOf } from './entries/metrics'
import type { Part } from './part'

const KEY = 'metrics'

/**
 * Warns of two metrics that count conversions of nearly the same name: one of the two was likely
 * never recorded, and a metric that counts nothing looks like one that nobody did. Names that differ
 * in their digits alone, such as those of steps, are meant so.
 */
export function metricCautions(parts: readonly Part[]): readonly Problem[] {
  const seen = new Map<string, string>()
  return parts.flatMap((part) =>
    (part.document ? metricsOf(part.document) : []).flatMap((metric) =>
      eventsOf(metric).flatMap(([event, path]): readonly Problem[] => {
        if (seen.has(event)) return []
        const other = [...seen].find(([known]) => isNear(event, known))
        seen.set(event, metric.name)
        if (other === undefined) return []
        const message = `the metric ${metric.name} counts ${event}, and ${other[1]} counts ${other[0]}; if these are the same conversions, write the name that is recorded`
        return [warning(message, metric, path, part)]
      }),
    ),
  )
}

/** The names that a metric counts, each with where it stands in the metric. */
const eventsOf = ({ event, ratio }: Metric): readonly (readonly [string, Path])[] =>
  ratio
    ? [
        [ratio.numerator.event, ['ratio', 'numerator']],
        [ratio.denominator.event, ['ratio', 'denominator']],
      ]
    : [[event, ['event']]]

/** Words may be joined in another way: `add_to_cart`, `addToCart`. */
function isNear(event: string, known: string): boolean {
  const withoutDigits = [event, known].map((name) => name.replaceAll(/\d+/g, ''))
  if (withoutDigits[0] === withoutDigits[1]) return false
  const [one = '', other = ''] = [event, known].map((name) => name.replaceAll(/[-_. ]/g, ''))
  return one.toLowerCase() === other.toLowerCase() || isMisspelt(one, other)
}

function warning(message: string, { name }: Metric, path: Path, part: Part): Problem {
  const entry = part.document?.entries.find(({ key }) => key === KEY)
  const list = entry && isJsonList(entry.value) ? entry.value : []
  const at = list.findIndex((one) => isJsonObject(one) && own(one, 'name') === name)
  const place = at < 0 ? [] : [at, ...path]
  return {
    ...{ code: 'similar-event', severity: 'warning', message },
    path: [KEY, ...place].join('.'),
    ...(entry && { source: part.source, ...entry.locate(place) }),
  }
}
