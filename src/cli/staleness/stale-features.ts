import {
  type Asked,
  type ConstantAnswer,
  type LastingKind,
  type LastingReason,
  staleReasons,
} from '../../analysis/stale'
import type { Usage } from '../../codemod/usage'
import type { JsonValue } from '../../core/json'
import { didYouMean } from '../../core/suggest'

/** A feature of the live config. */
export interface ConfiguredFeature {
  readonly name: string
  readonly expires: string | undefined
  /** Meant to stay, and so never stale while something asks for it. */
  readonly isPermanent: boolean
  /** Undefined: it depends on who asks. */
  readonly constant: ConstantAnswer | undefined
}

/** What a store of records has of a feature. */
export interface RecordedFeature {
  readonly feature: string
  readonly asked: number
  /** How many different values it had. */
  readonly values: number
  readonly value: JsonValue
  readonly lastAt: number
}

/** What records say: since when they are kept, of all time and of the last days. */
export interface Records {
  readonly since: number
  readonly ever: readonly RecordedFeature[]
  readonly lately: readonly RecordedFeature[]
}

/** All that is known of an application and its features. */
export interface StaleFacts {
  readonly now: number
  /** After how many days of the same a feature is stale. */
  readonly days: number
  readonly usages: readonly Usage[]
  readonly features: readonly ConfiguredFeature[]
  readonly records?: Records | undefined
  /** How the command line goes on that takes a feature out: the live config and the code. */
  readonly paths: string
}

export type StaleKind = LastingKind | 'not-in-code' | 'not-in-file'

export interface StaleReason {
  readonly kind: StaleKind
  readonly text: string
}

/** A feature that has done its work, or never could, and what to do next. */
export interface StaleFeature {
  readonly feature: string
  readonly reasons: readonly StaleReason[]
  readonly next: string
}

/** Joins what the code, the live config and the records say of each feature. Ordered by name. */
export function staleFeatures(facts: StaleFacts): readonly StaleFeature[] {
  const configured = facts.features.flatMap((feature) => staleOf(feature, facts))
  return [...configured, ...notInFile(facts)].sort((a, b) => (a.feature < b.feature ? -1 : 1))
}

function staleOf(feature: ConfiguredFeature, facts: StaleFacts): readonly StaleFeature[] {
  const reasons: readonly StaleReason[] = [
    ...notInCode(feature, facts),
    ...lastingReasons(feature, facts),
  ]
  if (reasons.length === 0) return []
  return [{ feature: feature.name, reasons, next: nextOf(feature, reasons, facts) }]
}

const lastingReasons = (
  feature: ConfiguredFeature,
  { now, days, records }: StaleFacts,
): readonly LastingReason[] =>
  staleReasons({ ...feature, now, days, asked: records && askedIn(records, feature) })

function askedIn({ since, ever, lately }: Records, { name }: ConfiguredFeature): Asked {
  const now = lately.find(({ feature }) => feature === name)
  const all = now ?? ever.find(({ feature }) => feature === name)
  return {
    since,
    lastAt: all?.lastAt,
    same: now?.values === 1 ? { value: now.value, times: now.asked } : undefined,
  }
}

/** Places that may ask for any feature. */
const namelessIn = ({ usages }: StaleFacts): readonly Usage[] =>
  usages.filter(({ feature }) => feature === null)

function notInCode({ name }: ConfiguredFeature, facts: StaleFacts): readonly StaleReason[] {
  const asking = facts.usages.filter(({ feature }) => feature === name)
  if (asking.some(({ inTest }) => !inTest)) return []
  const nameless = namelessIn(facts).filter(({ inTest }) => !inTest).length
  const who = asking.length > 0 ? 'only tests ask for it' : 'no code asks for it'
  const but = `, but ${places(nameless)} may, by a name that is known only when the code runs`
  return [{ kind: 'not-in-code', text: who + (nameless > 0 ? but : '') }]
}

/** Names that code asks for and the live config lacks: they are off for everybody. */
function notInFile(facts: StaleFacts): readonly StaleFeature[] {
  const names = facts.features.map(({ name }) => name)
  const known = new Set(names)
  const unknown = new Map<string, Usage[]>()
  for (const usage of facts.usages) {
    const { feature } = usage
    if (feature === null || known.has(feature) || usage.inTest) continue
    unknown.set(feature, [...(unknown.get(feature) ?? []), usage])
  }
  return [...unknown].map(([feature, usages]) => {
    const nearest = didYouMean(feature.replace(/^feature_/, ''), names)
    const [first] = usages
    const where = first ? `${first.file}:${first.line}:${first.column}` : ''
    const others = usages.length > 1 ? ` and ${places(usages.length - 1)} more` : ''
    const text = `asked at ${where}${others}, and not in the live config, so it is off`
    return {
      feature,
      reasons: [{ kind: 'not-in-file', text }],
      next:
        nearest === undefined
          ? removal(feature, 'off', facts)
          : `write ${JSON.stringify(nearest)} at ${where}, if that is meant; else ${removal(feature, 'off', facts)}`,
    }
  })
}

function nextOf(
  feature: ConfiguredFeature,
  reasons: readonly StaleReason[],
  facts: StaleFacts,
): string {
  const { name, constant } = feature
  const has = (kind: StaleKind): boolean => reasons.some((reason) => reason.kind === kind)
  if (has('always-on') || has('always-off')) return removal(name, constant?.as ?? 'off', facts)
  if (has('not-in-code')) {
    const [nameless] = namelessIn(facts)
    const line = removal(name, constant?.as ?? 'off', facts)
    return nameless
      ? `see what ${nameless.file}:${nameless.line}:${nameless.column} asks for; then ${line}`
      : line
  }
  if (has('not-asked'))
    return `see whether the code that asks still runs; then ${removal(name, constant?.as ?? 'off', facts)}`
  if (constant) return removal(name, constant.as, facts)
  const same = facts.records?.lately.find((one) => one.feature === name)
  if (has('same-answer') && same)
    return `see whether all kinds of visitors came; then ${removal(name, asOf(same.value), facts)}`
  return `decide what everybody gets, then ${removal(name, 'on|off', facts)}; or give it a later expires`
}

const removal = (feature: string, as: string, { paths }: StaleFacts): string =>
  `liveflag remove ${feature} ${paths} --as ${as}`

/** A recorded value as `--as` takes it. */
const asOf = (value: JsonValue): string =>
  typeof value === 'string' ? value : value === null || value === false ? 'off' : 'on'

const places = (count: number): string => (count === 1 ? '1 place' : `${count} places`)
