import type { Asker } from '../core/asker'
import type { JsonValue } from '../core/json'
import type { ExperimentDefinition } from '../core/rule-context'
import type { Parts } from './parts'
import { compilePrerequisites } from './prerequisites'
import { compileNamespace, type Namespace } from './ranges'
import { compileFilters, compileTargeting, type Hashed, nameOf, type Payload, under } from './targeting'
import { compileUrlPatterns } from './url-patterns'

/** Step 4 of spec/growthbook.md, section 9: the pages that an experiment runs on. */
export function compilePlace({ urlPatterns }: ExperimentDefinition, payload: Payload): (url: string) => boolean {
  return urlPatterns ? compileUrlPatterns(json(urlPatterns) ?? null, under(payload, 'urlPatterns')) : () => true
}

/** Step 10, asked only of visitors without a stored variation: exclusion, then the condition, then everything else. */
export function compileTaking({ definition }: Parts, payload: Payload): (asker: Asker, unit: Hashed) => boolean {
  const isFiltered = definition.filters ? compileFilters(json(definition.filters)) : undefined
  const inNamespace = Array.isArray(definition.namespace) ? compileNamespace(definition.namespace as unknown as Namespace) : undefined
  const targets = compileTargeting(json(definition.condition), under(payload, 'condition'))
  const required = compilePrerequisites(json(definition.parentConditions), under(payload, 'parentConditions'))
  const { include, groups } = definition
  return (asker, unit) => {
    if (isFiltered ? isFiltered(asker) : inNamespace && !inNamespace(unit.value)) return false
    return isIncluded(include) && targets(asker) && required(asker) === 'met' && isInGroups(groups, asker)
  }
}

/** An application's own function; one that throws says no. */
function isIncluded(include: unknown): boolean {
  if (typeof include !== 'function') return true
  try {
    // Whatever the application's function gives, only its truth counts.
    return Boolean((include as () => unknown)())
  } catch {
    return false
  }
}

const isInGroups = (groups: unknown, asker: Asker): boolean =>
  !Array.isArray(groups) || groups.length === 0 || groups.some((group) => asker.rules.inGroup(String(group)))

/** Step 11: a legacy expression, tested on the whole URL and on what follows the host. */
export function compileLegacyUrl(url: unknown, payload: Payload): (url: string) => boolean {
  if (!url) return () => true
  const pattern = url instanceof RegExp ? url.source : nameOf(url)
  const matches = compileUrlPatterns([{ include: true, type: 'regex', pattern }], under(payload, 'url'))
  return (current) => current !== '' && matches(current)
}

/** Inline experiments come from code; what they hold where JSON belongs is taken for JSON. */
const json = (value: unknown): JsonValue | undefined => value as JsonValue | undefined
