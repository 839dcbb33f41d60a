import type { Bucketing } from '../../core/bucketing'
import type { Claim } from '../../core/decision'
import type { SharedDefinitions } from '../../core/definitions'
import { type Feature, NOBODY, walk } from '../../core/feature'
import type { JsonObject, JsonValue } from '../../core/json'
import { isMetadata, METADATA, metadataOf, NO_METADATA } from '../../core/metadata'
import type { Path } from '../../core/problem'
import type {
  Compat,
  EntryProblem,
  InnerStep,
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

// Ten thousand entries are compiled at once: here are loops, and objects that are made in one piece, because
// closures and copies take most of the time of a load (docs/decisions/0130-what-a-load-allocates.md).

const TOP: Path = []
const NONE: readonly never[] = []
const NO_STEPS: WritableStep[] = []

/** Compiles one entry's mapping into a Feature; its problems go to `compiler.report`. */
export function compileMapping(mapping: JsonObject, compiler: EntryCompiler): Feature {
  const keys = Object.keys(mapping)
  const uses = selectorsIn(mapping, keys, TOP, compiler.known.entry, NONE, compiler)
  const steps = compileSteps(uses)
  const constant = steps[0]?.constant
  const namings = constant?.enabled === false ? NONE : compileNamings(uses, steps)
  return {
    name: compiler.feature,
    steps,
    otherwise: otherwiseOf(uses) ?? NOBODY,
    constant: namings.length === 0 ? constant : undefined,
    asksOthers: asksOthers(mapping),
    namings,
    life: lifeOf(steps),
    compat: compiler.compat,
    metadata: uses.length === keys.length ? NO_METADATA : metadataOf(mapping),
  }
}

/**
 * The entry's experiment with a life; it does not qualify visitors whom an earlier selector of the
 * entry claims.
 */
function lifeOf(steps: readonly Step[]): Life | undefined {
  for (let at = 0; at < steps.length; at++) {
    const life = steps[at]?.life
    if (life) return lifeBehind(steps.slice(0, at), life)
  }
  return undefined
}

const lifeBehind = (before: readonly Step[], life: Life): Life => ({
  ...life,
  qualifies: (asker) => {
    // What is met on the way to another feature's answer is not to be recorded.
    const { trail } = asker
    const claim = walk(before, asker)
    asker.trail = trail
    return claim === undefined && life.qualifies(asker)
  },
})

/** The selectors of a mapping in their order of precedence; reports keys without a meaning. */
function selectorsIn(
  mapping: JsonObject,
  keys: readonly string[],
  path: Path,
  known: Vocabulary,
  others: readonly string[],
  compiler: EntryCompiler,
): readonly Use[] {
  let uses: Use[] | undefined
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? ''
    const rank = others.includes(key) ? undefined : known.rank(key)
    const selector = rank === undefined ? undefined : known.at(rank)
    if (rank === undefined || selector === undefined) {
      checkOtherKey(key, mapping, path, known, others, compiler)
      continue
    }
    const value = mapping[key] ?? null
    const use = new Use(compiler, mapping, known.pathOf(path, key), selector, rank, value)
    if (uses === undefined) uses = [use]
    else insert(use, uses)
  }
  return uses ?? NONE
}

/** Puts a key behind those that precede it. */
function insert(use: Use, uses: Use[]): void {
  let at = uses.length
  while (at > 0 && (uses[at - 1]?.rank ?? 0) > use.rank) at--
  uses.splice(at, 0, use)
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
  let steps: WritableStep[] = []
  let stage: Selector['stage'] | undefined
  let isOfStage = 0
  for (let i = 0; i < uses.length; i++) {
    const use = uses[i]
    const compiled = use ? compileStepsOf(use) : NO_STEPS
    if (use === undefined || compiled.length === 0) continue
    if (use.selector.stage !== stage) isOfStage = endStage(steps, isOfStage)
    stage = use.selector.stage
    // A list that grows by `push` has room for sixteen more.
    steps = steps.length === 0 ? compiled : steps.concat(compiled)
  }
  endStage(steps, isOfStage)
  return steps
}

/** Ends the stage that begins at `start` where the steps end now, which is where the next begins. */
function endStage(steps: readonly WritableStep[], start: number): number {
  for (let i = start; i < steps.length; i++) {
    const step = steps[i]
    if (step) step.nextStage = steps.length
  }
  return steps.length
}

type WritableStep = { -readonly [Key in keyof Step]: Step[Key] }

function compileStepsOf(use: Use): WritableStep[] {
  const { selector, path } = use
  const compiled = selector.compile(use.value, use)
  if (compiled === undefined) return NO_STEPS
  if (typeof compiled === 'function') return [stepOf(selector.key, path, compiled)]
  if ('reason' in compiled) return [stepOf(selector.key, path, () => compiled, compiled)]
  return compiled.map((inner) =>
    stepOf(inner.selector, inner.path, inner.match, undefined, inner.life),
  )
}

/** A step with every key, in one order: objects of one shape are read fastest. */
const stepOf = (
  selector: string,
  path: Path,
  match: Match,
  constant?: Claim,
  life?: InnerStep['life'],
): Step => ({ selector, path, match, constant, life, nextStage: 0 })

/** The claim for a visitor whom no selector claims, if a selector has one. */
function otherwiseOf(uses: readonly Use[]): Claim | undefined {
  for (let i = 0; i < uses.length; i++) {
    const use = uses[i]
    const claim = use?.selector.otherwise?.(use.value, use)
    if (claim) return claim
  }
  return undefined
}

/** Compiles the selectors that name variants. */
function compileNamings(uses: readonly Use[], steps: readonly Step[]): readonly Naming[] {
  let namings: readonly Naming[] | undefined
  for (let i = 0; i < uses.length; i++) {
    const use = uses[i]
    if (use?.selector.naming === undefined) continue
    const { key } = use.selector
    const naming = use.selector.naming(use.value, use, matchOf(key, steps))
    if (naming === undefined) continue
    const one = { ...naming, selector: key, path: use.path }
    namings = namings === undefined ? [one] : [...namings, one]
  }
  return namings ?? NONE
}

function matchOf(key: string, steps: readonly Step[]): Match {
  for (const { selector, match } of steps) if (selector === key) return match
  return NEVER
}

const NEVER: Match = () => undefined

/** One key of one mapping, with the selector that reads it. */
class Use implements Place {
  constructor(
    private readonly compiler: EntryCompiler,
    readonly entry: JsonObject,
    readonly path: Path,
    readonly selector: Selector,
    readonly rank: number,
    readonly value: JsonValue,
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
    const keys = Object.keys(mapping)
    return compileSteps(selectorsIn(mapping, keys, path, compiler.known.who, others, compiler))
  }

  each<T>(items: readonly T[], visit: (item: T, index: number) => void): void {
    this.compiler.each(items, visit)
  }

  silent(): Place {
    const { entry, path, selector, rank, value } = this
    return new Use(this.compiler.silent(), entry, path, selector, rank, value)
  }
}
