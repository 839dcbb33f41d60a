import { Asker } from '../core/asker'
import { type Feature, Installed } from '../core/feature'
import { isJsonObject, type JsonValue, own } from '../core/json'
import { NO_RULES } from '../core/rule-context'
import type { Compat } from '../core/selector'
import { timeOf } from '../core/time'
import type { Facts } from '../core/world'
import type { Features } from '../engine/features'
import { compileEntry } from '../live-config/compile-entry'
import { classesOf, type VisitorClass } from './impact-classes'
import { PlannedDraws, segmentsOf } from './impact-draws'
import { answerOf, Changes } from './impact-matrix'
import type { ClassImpact } from './impact-view'

/** What of a live config is asked: `openFeatures` opens one. */
export type Asked = Pick<
  Features,
  'for' | 'revision' | 'definition' | 'snapshot' | 'experiments' | 'now'
>

/** How both live configs were opened, and whom to ask about. */
export interface ImpactOptions {
  readonly population: readonly Facts[]
  /** Default `liveflag`. */
  readonly compat?: Compat
  /** As for `openFeatures`. Default true. */
  readonly loggedOutExperiments?: boolean
  /** Features that are listed. Default 1,000. */
  readonly most?: number
}

/** More questions than this are not asked for one feature: they would hold up the process. */
const MOST_QUESTIONS = 20_000

/** The impact of one feature without a population. */
export interface Exact {
  readonly classes: readonly ClassImpact[] | null
  readonly whyNot: string | null
  readonly isNobody: boolean
}

/** The matrices of one feature over all buckets. */
export function exactImpact(
  name: string,
  before: Asked,
  after: Asked,
  options: ImpactOptions,
): Exact {
  const definitions = [before.definition(name), after.definition(name)]
  const unknown = (whyNot: string): Exact => ({ classes: null, whyNot, isNobody: false })
  if (definitions.some((definition) => definition?.isPayload === true))
    return unknown('its rules may ask any attribute')
  const values = definitions.map((definition) => definition?.value ?? 'off')
  const classes = classesOf(values)
  if (typeof classes === 'string') return unknown(classes)
  const draws = new PlannedDraws()
  const [old, now] = values.map((value) => compiled(name, value, draws, options))
  if (old === undefined || now === undefined) return unknown('its entry cannot be read')
  const spread = new Spread(old, now, draws, segmentsOf(values, options.compat ?? 'liveflag'))
  const forceByUrl = definitions.some((definition) => definition?.forcesByUrl === true)
  const over = (now: number): readonly Found[] =>
    classes.map((of) => ({ of, changes: spread.over(of, forceByUrl, now) }))
  const found = over(after.now())
  const later = datesIn(values).filter((date) => date > after.now())
  const isNobody = [found, ...later.map(over)].every(isNobodyOf)
  return spread.isCutShort
    ? unknown('it has too many combinations of visitors and buckets')
    : { classes: listed(found), whyNot: null, isNobody }
}

const isNobodyOf = (found: readonly Found[]): boolean =>
  found.every(({ changes }) => changes.isNobody)

/** When experiments start and end: an answer may change then as well. */
const datesIn = (values: readonly JsonValue[]): readonly number[] =>
  values.flatMap((value) => {
    const experiment = isJsonObject(value) ? own(value, 'experiment') : undefined
    if (!isJsonObject(experiment)) return []
    return [own(experiment, 'start'), own(experiment, 'end')].flatMap((date) =>
      typeof date === 'string' ? [timeOf(date)] : [],
    )
  })

const compiled = (
  name: string,
  value: JsonValue,
  bucketing: PlannedDraws,
  { compat = 'liveflag', loggedOutExperiments = true }: ImpactOptions,
): Feature | undefined => compileEntry(name, value, { compat, loggedOutExperiments, bucketing })

/** Asks both versions for every combination of buckets that tells them apart. */
class Spread {
  private readonly before: Installed
  private readonly after: Installed
  private asked = 0

  constructor(
    before: Feature,
    after: Feature,
    private readonly draws: PlannedDraws,
    private readonly segments: ReturnType<typeof segmentsOf>,
  ) {
    this.before = new Installed(before, 0, 0, false)
    this.after = new Installed(after, 0, 0, false)
  }

  /** Not all was asked, so what was found is not whole. */
  get isCutShort(): boolean {
    return this.asked > MOST_QUESTIONS
  }

  over({ world }: VisitorClass, forceByUrl: boolean, now: number): Changes {
    const asker = new Asker(world, { forceByUrl })
    asker.rules = { ...NO_RULES, participation: { now: () => now, refuses: () => undefined } }
    const changes = new Changes()
    this.add(1, asker, changes)
    return changes
  }

  /** Branches at the first hash that matters and has no bucket yet. */
  private add(share: number, asker: Asker, changes: Changes): void {
    const { draws } = this
    this.asked++
    if (this.isCutShort) return
    draws.begin()
    const from = this.before.replyTo(asker).claim
    const to = this.after.replyTo(asker).claim
    const { wanted } = draws
    if (wanted === undefined) {
      changes.add(answerOf(from), answerOf(to), share)
      return
    }
    for (const segment of this.segments(wanted.kind)) {
      draws.fix(wanted, segment.at)
      this.add(share * segment.share, asker, changes)
    }
    draws.fix(wanted, undefined)
  }
}

interface Found {
  readonly of: VisitorClass
  readonly changes: Changes
}

/**
 * The classes that say something of their own: a class of several traits, or a rare one, is listed
 * only when it changes otherwise than the listed classes that it is part of.
 */
function listed(found: readonly Found[]): readonly ClassImpact[] {
  const shown: { readonly of: VisitorClass; readonly text: string }[] = []
  const classes: ClassImpact[] = []
  const bySize = [...found].sort((a, b) => a.of.traits.size - b.of.traits.size)
  for (const { of, changes } of bySize) {
    const isPlain = of.traits.size <= 2 && !of.isRare
    if (!isPlain && changes.isNobody) continue
    const matrix = changes.matrix()
    const text = JSON.stringify(matrix)
    const isPart = (one: VisitorClass): boolean => [...one.traits].every((t) => of.traits.has(t))
    if (!isPlain && shown.some((one) => one.text === text && isPart(one.of))) continue
    shown.push({ of, text })
    classes.push({ visitors: of.words.join(', '), matrix })
  }
  return classes
}
