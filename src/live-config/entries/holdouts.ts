import {
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  kindOf,
  own,
} from '../../core/json'
import type { Path } from '../../core/problem'
import { pointsOfHoldout } from '../../experiments/holdout'
import { experimentOfRule } from '../../rules/rule-experiment'
import type { Document } from '../dialects/dialect'
import type { TextProblem } from '../text/entry'
import { readTopMapping } from './top-mapping'

export const HOLDOUTS = 'holdouts'

/** A share of people who are kept out of experiments. */
export interface Holdout {
  readonly name: string
  readonly percent: number
  /** It is of the experiments of these domains; undefined: of all. */
  readonly domains: readonly string[] | undefined
}

/** The holdouts of a text. */
export interface Holdouts {
  /** By name; null of one that cannot be read. */
  readonly byName: ReadonlyMap<string, Holdout | null>
  /** It has `holdouts`, of which nothing can be read. */
  readonly isUnreadable: boolean
  readonly problems: readonly TextProblem[]
}

const KEYS = ['percent', 'domains']

/** Reads `holdouts` at the top: by name a percentage, and the domains that it is of. */
export function readHoldouts(document: Document): Holdouts {
  const { members, isUnreadable, problems, wrong } = readTopMapping(
    document,
    HOLDOUTS,
    'a mapping: {checkout_2027: {percent: 5}}',
  )
  const byName = new Map<string, Holdout | null>()
  for (const [name, written] of members) {
    const problem = problemOf(name, written)
    if (problem) wrong(problem.message, [name, ...problem.path])
    byName.set(name, problem ? null : holdoutIn(name, written))
  }
  return { byName, isUnreadable, problems }
}

interface Wrong {
  readonly message: string
  readonly path: Path
}

function problemOf(name: string, written: JsonValue): Wrong | undefined {
  const wrong = (message: string, ...path: Path): Wrong => ({
    message: `the holdout ${name} ${message}`,
    path,
  })
  if (!isName(name)) return wrong('has a name that no store can hold; give it another')
  if (!isJsonObject(written))
    return wrong(`is ${kindOf(written)}; write a mapping: {percent: 5, domains: [checkout]}`)
  const unknown = Object.keys(written).find((key) => !KEYS.includes(key) && !/^x[-_]/.test(key))
  if (unknown !== undefined)
    return wrong(`has no key ${JSON.stringify(unknown)}; it has percent and domains`, unknown)
  const percent = own(written, 'percent')
  if (pointsOfHoldout(percent) === undefined)
    return wrong(
      `${percent === undefined ? 'has no percent' : `has percent ${JSON.stringify(percent)}`}; write a percentage from 0 to 100, with four decimals at most`,
      ...(percent === undefined ? [] : ['percent']),
    )
  const domains = own(written, 'domains')
  if (domains === undefined || (isJsonList(domains) && domains.length > 0 && domains.every(isName)))
    return undefined
  return wrong('has domains that are no list of names, such as [checkout]', 'domains')
}

function holdoutIn(name: string, written: JsonValue): Holdout | null {
  const [percent, domains] = isJsonObject(written)
    ? [own(written, 'percent'), own(written, 'domains')]
    : []
  if (typeof percent !== 'number') return null
  return { name, percent, domains: isJsonList(domains) ? domains.filter(isName) : undefined }
}

/** Whether every store can hold it, and the hash: no NUL, no half of a surrogate pair. */
const isName = (name: JsonValue): name is string =>
  typeof name === 'string' && name !== '' && !/\0|\p{Surrogate}/u.test(name)

/** The names that an entry lists. */
export const namedHoldouts = (entry: JsonObject): readonly string[] => {
  const names = own(entry, HOLDOUTS)
  return isJsonList(names) ? names.filter((name) => typeof name === 'string') : []
}

/** Whether people of a holdout are kept out of an entry that does not name it. */
export function concerns({ domains }: Holdout, entry: JsonObject): boolean {
  const experiment = own(entry, 'experiment')
  if (domains === undefined) return isJsonObject(experiment) || hasRuleExperiment(entry)
  const of = isJsonObject(experiment) ? own(experiment, 'domains') : undefined
  return isJsonList(of) && of.some((domain) => domains.some((one) => one === domain))
}

const hasRuleExperiment = (entry: JsonObject): boolean => {
  const rules = own(entry, 'rules')
  return isJsonList(rules) && rules.some((rule) => isJsonObject(rule) && experimentOfRule(rule, ''))
}
