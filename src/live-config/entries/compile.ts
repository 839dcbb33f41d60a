import type { Bucketing } from '../../core/bucketing'
import type { Claim } from '../../core/decision'
import type { SharedDefinitions } from '../../core/definitions'
import { type Feature, NOBODY, walk } from '../../core/feature'
import { type JsonObject, type JsonValue, own } from '../../core/json'
import { isMetadata, METADATA, metadataOf } from '../../core/metadata'
import type { Path } from '../../core/problem'
import type {
  Compat,
  EntryProblem,
  Life,
  Match,
  Naming,
  Place,
  Selector,
  Step,
} from '../../core/selector'
import { asksOthers } from '../../rules/feature'
import type { EntryCompiler } from './entry-compiler'
import { MERGE } from './shape'
import type { Vocabulary } from './vocabulary'

/** Compiles one entry's mapping into a Feature; its problems go to `compiler.report`. */
export function compileMapping(mapping: JsonObject, compiler: EntryCompiler): Feature {
  const uses = selectorsIn(mapping, [], compiler.known.entry, [], compiler)
  const steps = compileSteps(uses)
  const constant = steps[0]?.constant
  const namings = constant?.enabled === false ? [] : compileNamings(uses, steps)
  const life = lifeOf(steps)
  return {
    name: compiler.feature,
    steps,
    otherwise: otherwiseOf(uses) ?? NOBODY,
    namings,
    compat: compiler.compat,
    metadata: metadataOf(mapping),
    asksOthers: asksOthers(mapping),
    ...(life && { life }),
    ...(constant && namings.length === 0 && { constant }),
  }
}

/**
 * The entry's experiment with a life; it does not qualify visitors whom an earlier selector of the
 * entry claims.
 */
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

/** A selector with the value that one mapping has for it. */
interface Use {
  readonly selector: Selector
  readonly value: JsonValue
  readonly place: Place
}

/** The selectors of a mapping in their order of precedence; reports keys without a meaning. */
function selectorsIn(
  mapping: JsonObject,
  path: Path,
  known: Vocabulary,
  others: readonly string[],
  compiler: EntryCompiler,
): readonly Use[] {
  const ranks: number[] = []
  for (const key of Object.keys(mapping)) {
    const rank = others.includes(key) ? undefined : known.rank(key)
    if (rank === undefined) checkOtherKey(key, mapping, path, known, others, compiler)
    else ranks.push(rank)
  }
  const uses: Use[] = []
  for (const rank of ranks.length > 1 ? ranks.sort((a, b) => a - b) : ranks) {
    const selector = known.at(rank)
    const value = selector && own(mapping, selector.key)
    if (selector && value !== undefined)
      uses.push({
        selector,
        value,
        place: new KeyPlace(compiler, mapping, [...path, selector.key]),
      })
  }
  return uses
}

/**
 * Reports a key that is no selector, no modifier beside its selector, no key of the caller and no
 * note of the author.
 */
function checkOtherKey(
  key: string,
  mapping: JsonObject,
  path: Path,
  known: Vocabulary,
  others: readonly string[],
  compiler: EntryCompiler,
): void {
  // It has been reported with those further inside.
  if (key === MERGE) return
  const selector = known.modified(key)
  if (selector !== undefined) {
    if (Object.hasOwn(mapping, selector)) return
    const message = `${key} adjusts ${selector}, and there is no ${selector} beside it; add one or remove ${key}`
    const at = { path: [...path, key], at: 'key' } as const
    compiler.report({ code: 'unknown-key', severity: 'warning', ...at, message })
  } else if (!others.includes(key) && !isMetadata(key)) {
    const suggestions = [...known.keys, ...others, ...Object.keys(METADATA)]
    compiler.unknownKey(key, [...path, key], suggestions)
  }
}

function compileSteps(uses: readonly Use[]): readonly Step[] {
  const compiled = uses.flatMap(({ selector, value, place }) => {
    const { stage } = selector
    return stepsOf(selector, place, selector.compile(value, place)).map((step) => ({ step, stage }))
  })
  // From the last to the first, because an entry may have ten thousand steps.
  const steps: Step[] = []
  let nextStage = compiled.length
  for (let i = compiled.length - 1; i >= 0; i--) {
    const here = compiled[i]
    if (here === undefined) continue
    if (compiled[i + 1] && compiled[i + 1]?.stage !== here.stage) nextStage = i + 1
    steps.push({ ...here.step, nextStage })
  }
  return steps.reverse()
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

/** The claim for a visitor whom no selector claims, if a selector has one. */
function otherwiseOf(uses: readonly Use[]): Claim | undefined {
  for (const { selector, value, place } of uses) {
    const claim = selector.otherwise?.(value, place)
    if (claim) return claim
  }
  return undefined
}

/**
 * Compiles the selectors that name variants. Their problems are reported when the steps are
 * compiled.
 */
function compileNamings(uses: readonly Use[], steps: readonly Step[]): readonly Naming[] {
  return uses.flatMap(({ selector, value, place }) => {
    if (selector.naming === undefined) return []
    const match = steps.find((step) => step.selector === selector.key)?.match ?? NEVER
    const naming = selector.naming(value, place.silent(), match)
    return naming ? [{ ...naming, selector: selector.key, path: place.path }] : []
  })
}

const NEVER: Match = () => undefined

/** One key of one mapping. It is a class for speed: ten thousand entries are compiled at once. */
class KeyPlace implements Place {
  constructor(
    private readonly compiler: EntryCompiler,
    readonly entry: JsonObject,
    readonly path: Path,
  ) {}

  get feature(): string {
    return this.compiler.feature
  }

  get compat(): Compat {
    return this.compiler.compat
  }

  get loggedOutExperiments(): boolean {
    return this.compiler.loggedOutExperiments
  }

  get bucketing(): Bucketing {
    return this.compiler.bucketing
  }

  get shared(): SharedDefinitions {
    return this.compiler.shared
  }

  report(problem: EntryProblem): void {
    this.compiler.report(problem.path ? problem : { ...problem, path: this.path })
  }

  unknownKey(key: string, path: Path, known: readonly string[]): void {
    this.compiler.unknownKey(key, path, known)
  }

  who(mapping: JsonObject, path: Path, others: readonly string[]): readonly Step[] {
    const { compiler } = this
    return compileSteps(selectorsIn(mapping, path, compiler.known.who, others, compiler))
  }

  silent(): Place {
    return new KeyPlace(this.compiler.silent(), this.entry, this.path)
  }
}
