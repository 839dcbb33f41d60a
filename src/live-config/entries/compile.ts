import type { Bucketing } from '../../core/bucketing'
import type { Claim } from '../../core/decision'
import type { SharedDefinitions } from '../../core/definitions'
import { type Feature, NOBODY, walk } from '../../core/feature'
import { type JsonObject, type JsonValue, own } from '../../core/json'
import { isMetadata, METADATA, metadataOf } from '../../core/metadata'
import type { Path } from '../../core/problem'
import type {
  Compat,
  Compiler,
  EntryProblem,
  Life,
  Match,
  Naming,
  Place,
  Selector,
  SoundContext,
  Step,
} from '../../core/selector'
import { asksOthers } from '../../rules/feature'
import { selectors } from '../../selectors'

/** Compiles one entry's mapping into a Feature; what is wrong with it goes to `compiler.report`. */
export function compileFeature(mapping: JsonObject, compiler: Compiler): Feature {
  const drafts = draft(mapping, [], ENTRY, [], compiler)
  const steps = compileSteps(drafts)
  const constant = steps[0]?.constant
  const namings = constant?.enabled === false ? [] : compileNamings(drafts, steps)
  const otherwise = otherwiseOf(drafts) ?? NOBODY
  const life = lifeOf(steps)
  const feature = {
    name: compiler.feature,
    steps,
    otherwise,
    namings,
    compat: compiler.compat,
    metadata: metadataOf(mapping),
    asksOthers: asksOthers(mapping),
    ...(life && { life }),
  }
  return constant && namings.length === 0 ? { ...feature, constant } : feature
}

/** An experiment's life in its entry: it wants nobody whom an earlier selector of the entry has claimed. */
function lifeOf(steps: readonly Step[]): Life | undefined {
  const at = steps.findIndex((step) => step.life !== undefined)
  const life = steps[at]?.life
  const before = steps.slice(0, Math.max(0, at))
  return (
    life && {
      ...life,
      qualifies: (asker) => walk(before, asker) === undefined && life.qualifies(asker),
    }
  )
}

/** Whether compiling would find nothing wrong; cheap, and false when in doubt. */
export const isSound = (mapping: JsonObject, compat: Compat): boolean =>
  isSoundIn(mapping, ENTRY, [], contextOf[compat])

function isSoundIn(
  mapping: JsonObject,
  known: Vocabulary,
  others: readonly string[],
  context: SoundContext,
): boolean {
  for (const key in mapping) {
    if (others.includes(key)) continue
    const rank = known.rank(key)
    if (
      rank === undefined
        ? !isMetadata(key)
        : known.at(rank)?.isSound?.(mapping[key] ?? null, context) !== true
    )
      return false
  }
  return true
}

const soundContext = (compat: Compat): SoundContext => {
  const context: SoundContext = {
    compat,
    who: (mapping, others) => isSoundIn(mapping, WHO, others, context),
  }
  return context
}

/** The selectors that a mapping may hold. */
class Vocabulary {
  readonly keys: readonly string[]
  private readonly ranks: ReadonlyMap<string, number>
  private readonly modifiers: ReadonlyMap<string, string>

  constructor(private readonly known: readonly Selector[]) {
    this.ranks = new Map(known.map(({ key }, rank) => [key, rank]))
    this.modifiers = new Map(
      known.flatMap(({ key, modifiers }) =>
        Object.keys(modifiers ?? {}).map((modifier) => [modifier, key]),
      ),
    )
    this.keys = [...this.ranks.keys(), ...this.modifiers.keys()]
  }

  /** The place of a key in the order of precedence; undefined when it is no selector. */
  rank(key: string): number | undefined {
    return this.ranks.get(key)
  }

  at(rank: number): Selector | undefined {
    return this.known[rank]
  }

  modifies(key: string): boolean {
    return this.modifiers.has(key)
  }

  /** The selector that a modifier adjusts. */
  modified(key: string): string {
    return this.modifiers.get(key) ?? ''
  }
}

const ENTRY = new Vocabulary(selectors)
/** Who an asker is: what an experiment's eligibility and a gate are made of. */
const WHO = new Vocabulary(
  selectors.filter(({ stage, key }) => stage === 'who' && key !== 'enabled'),
)

const contextOf: Readonly<Record<Compat, SoundContext>> = {
  liveflag: soundContext('liveflag'),
  r2: soundContext('r2'),
}

interface Draft {
  readonly selector: Selector
  readonly value: JsonValue
  readonly place: Place
}

/** The selectors of a mapping in their order of precedence; keys that nobody reads are reported. */
function draft(
  mapping: JsonObject,
  path: Path,
  known: Vocabulary,
  others: readonly string[],
  compiler: Compiler,
): readonly Draft[] {
  const ranks: number[] = []
  for (const key of Object.keys(mapping)) {
    const rank = known.rank(key)
    if (rank !== undefined && !others.includes(key)) ranks.push(rank)
    else if (known.modifies(key) && !Object.hasOwn(mapping, known.modified(key)))
      reportIdle(key, known.modified(key), [...path, key], compiler)
    else if (!known.modifies(key) && !others.includes(key) && !isMetadata(key)) {
      compiler.unknownKey(key, [...path, key], [...known.keys, ...others, ...Object.keys(METADATA)])
    }
  }
  return ranks
    .sort((a, b) => a - b)
    .flatMap((rank) => {
      const selector = known.at(rank)
      const value = selector && own(mapping, selector.key)
      return selector && value !== undefined
        ? [{ selector, value, place: new Site(compiler, mapping, [...path, selector.key]) }]
        : []
    })
}

function reportIdle(modifier: string, key: string, path: Path, compiler: Compiler): void {
  const message = `${modifier} adjusts ${key}, and there is no ${key} beside it; add one or remove ${modifier}`
  compiler.report({ code: 'unknown-key', severity: 'warning', path, at: 'key', message })
}

function compileSteps(drafts: readonly Draft[]): readonly Step[] {
  const made = drafts.flatMap(({ selector, value, place }) => {
    return stepsOf(selector, place, selector.compile(value, place)).map((step) => ({
      ...step,
      stage: selector.stage,
    }))
  })
  return made.map(({ stage, ...step }, i) => {
    const next = made.findIndex((other, j) => j > i && other.stage !== stage)
    return { ...step, nextStage: next < 0 ? made.length : next }
  })
}

function stepsOf(
  { key }: Selector,
  { path }: Place,
  compiled: ReturnType<Selector['compile']>,
): readonly Omit<Step, 'nextStage'>[] {
  if (compiled === undefined) return []
  if (typeof compiled === 'function') return [{ selector: key, path, match: compiled }]
  return 'reason' in compiled
    ? [{ selector: key, path, match: () => compiled, constant: compiled }]
    : compiled
}

/** What the entry gives whom nothing claims. */
function otherwiseOf(drafts: readonly Draft[]): Claim | undefined {
  for (const { selector, value, place } of drafts) {
    const claim = selector.otherwise?.(value, place)
    if (claim) return claim
  }
  return undefined
}

/** What else names the variant; what is wrong there has been told when the steps were compiled. */
function compileNamings(drafts: readonly Draft[], steps: readonly Step[]): readonly Naming[] {
  return drafts.flatMap(({ selector, value, place }) => {
    const match = steps.find((step) => step.selector === selector.key)?.match ?? NEVER
    const naming = selector.naming?.(value, place.silent(), match)
    return naming ? [{ ...naming, selector: selector.key, path: place.path }] : []
  })
}

const NEVER: Match = () => undefined

/** A Place for one key of one mapping. A class, because ten thousand entries are compiled at once. */
class Site implements Place {
  readonly feature: string
  readonly compat: Compat
  readonly loggedOutExperiments: boolean
  readonly bucketing: Bucketing
  readonly shared: SharedDefinitions

  constructor(
    private readonly compiler: Compiler,
    readonly entry: JsonObject,
    readonly path: Path,
  ) {
    this.feature = compiler.feature
    this.compat = compiler.compat
    this.loggedOutExperiments = compiler.loggedOutExperiments
    this.bucketing = compiler.bucketing
    this.shared = compiler.shared
  }

  report(problem: EntryProblem): void {
    this.compiler.report(problem.path ? problem : { ...problem, path: this.path })
  }

  unknownKey(key: string, path: Path, known: readonly string[]): void {
    this.compiler.unknownKey(key, path, known)
  }

  who(mapping: JsonObject, path: Path, others: readonly string[]): readonly Step[] {
    return compileSteps(draft(mapping, path, WHO, others, this.compiler))
  }

  silent(): Place {
    return new Site(
      { ...this.compiler, report: () => undefined, unknownKey: () => undefined },
      this.entry,
      this.path,
    )
  }
}
