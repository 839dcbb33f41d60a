import { leavesOfTargeting } from '../conditions/lazy'
import { nameOf } from '../core/coercion'
import {
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  own,
  truthy,
} from '../core/json'
import { METADATA } from '../core/metadata'
import { EXPERIMENT_KEYS } from '../experiments/experiment'
import { LIFE_KEYS } from '../experiments/life-keys'
import type { Questions } from './attribute-traits'
import { type Comparison, LeafCollector } from './condition-leaves'
import { whoMappings } from './visitor-traits'

/** An entry of one version of a live config, with what it may name. */
export interface EntryVersion {
  readonly feature: string
  readonly value: JsonValue
  /** A feature of a GrowthBook payload, whose only selectors are its rules. */
  readonly isPayload: boolean
  readonly groups: JsonObject
  readonly bandits: JsonObject
}

const WHO = ['admin', 'employee', 'beta', 'gold', 'loggedin', 'loggedout', 'users', 'subreddits']
const ENUMERATED: ReadonlySet<string> = new Set([
  ...WHO,
  ...['enabled', 'url', 'url_for', 'subdomains', 'oauth_clients', 'default', 'rules'],
  ...['percent_loggedin', 'percent_loggedout', 'segments', 'segments_by', 'experiment'],
  ...['bucketing', 'salt', 'shuffle', 'holdouts'],
])
/** What an experiment has besides selectors asks nothing of the visitor but its unit. */
const OF_EXPERIMENT: ReadonlySet<string> = new Set([
  ...Object.keys(EXPERIMENT_KEYS),
  ...Object.keys(LIFE_KEYS),
])

export type Asked = Pick<Questions, 'leaves' | 'hashed'>

/** What entries ask of attributes; a text says what they ask that cannot be enumerated. */
export function questionsOf(versions: readonly EntryVersion[]): Asked | string {
  const leaves: Asked['leaves'][number][] = []
  const hashed = new Set<string>()
  for (const version of versions) {
    const { value } = version
    if (!isJsonObject(value)) continue
    const collector = new LeafCollector(version.groups)
    const reason = version.isPayload ? undefined : unknownKey(value)
    if (reason !== undefined) return reason
    collectEntry(value, collector)
    for (const rule of rulesOf(value)) collectRule(rule, version.bandits, collector, hashed)
    if (collector.whyNot !== undefined) return collector.whyNot
    leaves.push(...collector.leaves)
  }
  return { leaves, hashed }
}

/** The rules of an entry, or of a feature of a payload. */
export function rulesOf(value: JsonValue): readonly JsonObject[] {
  const rules = isJsonObject(value) ? own(value, 'rules') : undefined
  return isJsonList(rules) ? rules.filter(isJsonObject) : []
}

/** A key that may ask anything, such as that of a selector of the application. */
function unknownKey(entry: JsonObject): string | undefined {
  const unknown = Object.keys(entry).find(
    (key) => !ENUMERATED.has(key) && !Object.hasOwn(METADATA, key) && !/^x[-_]/.test(key),
  )
  if (unknown !== undefined) return `${unknown} may ask anything`
  const experiment = own(entry, 'experiment')
  if (isJsonObject(experiment)) {
    const who = Object.entries(experiment).filter(([key]) => !OF_EXPERIMENT.has(key))
    const reason = unknownKey(Object.fromEntries(who))
    if (reason !== undefined) return reason
  }
  const gate = own(entry, 'url_for')
  return isJsonObject(gate) ? unknownKey(gate) : undefined
}

function collectEntry(entry: JsonObject, collector: LeafCollector): void {
  for (const mapping of whoMappings(entry)) {
    const segments = own(mapping, 'segments')
    const by = own(mapping, 'segments_by')
    for (const name of isJsonList(segments) ? segments : [segments ?? null])
      if (typeof name === 'string') collector.group(name, typeof by === 'string' ? by : undefined)
    const targeting = own(mapping, 'targeting')
    if (typeof targeting === 'string' && truthy(targeting))
      for (const { path, constants, text } of leavesOfTargeting(targeting) ?? [])
        collector.leaves.push({
          path: path.join('.'),
          constants,
          asks: { targeting: text },
          compares: comparedBy(constants, text),
          ofMembers: [],
        })
  }
}

/** CEL compares values of one type alone; texts have an order, too. */
const comparedBy = (constants: readonly JsonValue[], text: string): ReadonlySet<Comparison> =>
  new Set([
    'whole',
    'type',
    ...(constants.some((one) => typeof one === 'number') ? (['size'] as const) : []),
    ...(constants.some((one) => typeof one === 'string') && /[<>]/.test(text)
      ? (['text'] as const)
      : []),
  ])

function collectRule(
  rule: JsonObject,
  bandits: JsonObject,
  collector: LeafCollector,
  hashed: Set<string>,
): void {
  collector.condition(own(rule, 'condition'))
  const bandit = own(bandits, nameOf(own(rule, 'contextualBanditRef')))
  const contexts = isJsonObject(bandit) ? own(bandit, 'contexts') : undefined
  for (const context of isJsonList(contexts) ? contexts : [])
    if (isJsonObject(context)) collector.condition(own(context, 'condition'))
  for (const attribute of hashedBy(rule)) if (attribute !== ID) hashed.add(attribute)
}

const ID = 'id'
/** Keys of a rule that draw. */
const DRAWING = ['coverage', 'range', 'variations', 'contextualVariations', 'filters']

/** The attributes by which a rule may draw. */
function hashedBy(rule: JsonObject): readonly string[] {
  if (!DRAWING.some((key) => Object.hasOwn(rule, key))) return []
  const filters = own(rule, 'filters')
  const attributes = [
    own(rule, 'hashAttribute'),
    ...(isJsonList(filters) ? filters : []).map((one) =>
      isJsonObject(one) ? own(one, 'attribute') : undefined,
    ),
  ]
  return attributes.map((one) => (typeof one === 'string' && one !== '' ? one : ID))
}

/** Whether rules draw by the attribute `id`, which somebody may have who has no account. */
export const drawsById = (versions: readonly EntryVersion[]): boolean =>
  versions.some(({ value }) => rulesOf(value).some((rule) => hashedBy(rule).includes(ID)))
