import { compileUrlPatterns } from '../conditions/url'
import type { Asker } from '../core/asker'
import { nameOf } from '../core/coercion'
import type { JsonValue } from '../core/json'
import type { ExperimentDefinition } from '../core/trail'
import type { Parts } from './outcome'
import { compilePrerequisites } from './prerequisites'
import { compileNamespace, type Namespace } from './ranges'
import {
  compileFilters,
  compileTargeting,
  type Hashed,
  type Payload,
  rangeOf,
  under,
} from './targeting'

/** Step 4 of docs/spec/growthbook.md, section 9: the pages on which an experiment runs. */
export function compilePlace(
  { urlPatterns }: ExperimentDefinition,
  payload: Payload,
): (url: string) => boolean {
  return urlPatterns
    ? compileUrlPatterns(json(urlPatterns) ?? null, under(payload, 'urlPatterns'))
    : () => true
}

/**
 * Step 10, asked only of visitors without a stored variation: exclusion, then the condition, then
 * everything else.
 */
export function compileTaking(
  { definition }: Parts,
  payload: Payload,
): (asker: Asker, unit: Hashed) => boolean {
  const isFiltered = definition.filters
    ? compileFilters(json(definition.filters), payload)
    : undefined
  const inNamespace = definition.namespace
    ? compileNamespace(namespaceOf(definition.namespace), payload.hasher)
    : undefined
  const targets = compileTargeting(json(definition.condition), under(payload, 'condition'))
  const required = compilePrerequisites(
    json(definition.parentConditions),
    under(payload, 'parentConditions'),
  )
  const { include, groups } = definition
  const isForEverybody =
    !isFiltered &&
    !inNamespace &&
    !definition.condition &&
    !definition.parentConditions &&
    !groups &&
    typeof include !== 'function'
  if (isForEverybody) return () => true
  return (asker, unit) => {
    if (isFiltered ? isFiltered(asker) : inNamespace && !inNamespace(unit.value)) return false
    return (
      isIncluded(include) &&
      targets(asker) &&
      required(asker) === 'met' &&
      isInGroups(groups, asker)
    )
  }
}

/** A malformed namespace includes nobody. */
function namespaceOf(value: unknown): Namespace {
  const [id, from, below] = Array.isArray(value) ? (value as readonly unknown[]) : []
  return [nameOf(id), ...rangeOf([json(from) ?? null, json(below) ?? null])]
}

/** An application's own function; when it throws, it counts as false. */
function isIncluded(include: unknown): boolean {
  if (typeof include !== 'function') return true
  try {
    // Whatever the application's function returns, only its truth counts.
    return Boolean((include as () => unknown)())
  } catch {
    return false
  }
}

const isInGroups = (groups: unknown, asker: Asker): boolean =>
  !groups || (Array.isArray(groups) && groups.some((group) => asker.rules.inGroup(nameOf(group))))

/** Step 11: a legacy regular expression, tested on the URL and on the part after its host. */
export function compileLegacyUrl(url: unknown, payload: Payload): (url: string) => boolean {
  if (!url) return () => true
  const matches =
    url instanceof RegExp
      ? payload.patterns(url.source, url.ignoreCase)
      : payload.patterns(nameOf(url), false)
  if (typeof matches === 'string') {
    payload.report({ code: 'bad-type', path: ['url'], message: matches })
    return () => false
  }
  return (current) => current !== '' && (matches(current) || matches(afterHost(current)))
}

const afterHost = (url: string): string => url.replace(/^https?:\/\//, '').replace(/^[^/]*\//, '/')

/** Inline experiments come from code; their values are read as JSON. */
const json = (value: unknown): JsonValue | undefined => value as JsonValue | undefined
