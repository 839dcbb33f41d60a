import type { Claim } from '../core/decision'
import type { World } from '../core/world'
import type { PlannedDraws, SegmentsAt } from './impact-draws'
import { KnownAnswers } from './known-answers'
import type { PlannedSide } from './planned-side'

/** More questions than this are not asked of one feature: they would hold up the process. */
const MOST_QUESTIONS = 20_000
/** What thousands of features may cost before each has a part of that: a question asks several entries. */
const MOST_ENTRIES = 2_000_000
const MOST_ENTRIES_THEN = 4_000
/** More unknown answers than this are not combined. */
const MOST_UNKNOWN = 6

/** A share of visitors, and the claims of all features to them, side by side. */
export interface Outcome {
  readonly share: number
  readonly claims: readonly Claim[]
}

/** Outcomes of visitors of whom something is so that no entry says: each may be empty. */
export interface Assumed {
  /** `name matches ^a`; empty for those of whom nothing of the kind is so. */
  readonly assumed: readonly string[]
  readonly outcomes: readonly Outcome[]
}

/** Features of one live config that are asked together with those of another. */
export interface AskedOf {
  readonly names: readonly string[]
  readonly side: Pick<PlannedSide, 'versions' | 'ask'>
}

type Answers = ReadonlyMap<string, boolean>

/** How much was asked of a whole live config; a comparison of thousands of features ends within seconds. */
export class Budget {
  private entries = 0

  spend(entries: number): void {
    this.entries += entries
  }

  /** Whether a feature that has asked so many entries may go on. */
  isEnough(entries: number): boolean {
    return this.entries < MOST_ENTRIES || entries < MOST_ENTRIES_THEN
  }
}

/** Asks several features together for every combination of buckets that tells visitors apart. */
export class Spread {
  private asked = 0
  private found: (Outcome & { readonly answers: Answers })[] = []
  private hasTooMany = false
  private known = { now: NaN, answers: new KnownAnswers<readonly Assumed[]>() }
  /** How many entries one question asks. */
  private readonly width: number

  constructor(
    private readonly sides: readonly AskedOf[],
    private readonly draws: PlannedDraws,
    private readonly segments: SegmentsAt,
    private readonly budget = new Budget(),
  ) {
    this.width = sides.reduce((sum, { side }) => sum + side.versions.length, 0)
  }

  /** Not all was asked, so what was found is not whole. */
  get isCutShort(): boolean {
    return this.asked > MOST_QUESTIONS || this.hasTooMany
  }

  /** One list for all Worlds of a time that answer alike what is asked. */
  over(world: World, now: number): readonly Assumed[] {
    if (this.known.now !== now) this.known = { now, answers: new KnownAnswers() }
    return this.known.answers.of(world, (asked) => this.newOver(asked, now))
  }

  private newOver(world: World, now: number): readonly Assumed[] {
    this.found = []
    this.branch(1, world, now, new Map())
    const unknown = [...new Set(this.found.flatMap(({ answers }) => [...answers.keys()]))]
    this.hasTooMany ||= unknown.length > MOST_UNKNOWN
    return this.isCutShort ? [] : subsetsOf(unknown).map((assumed) => this.where(assumed))
  }

  /** An outcome that did not ask counts on both sides of a question. */
  private where(assumed: readonly string[]): Assumed {
    const outcomes = this.found.filter(({ answers }) =>
      [...answers].every(([words, isSo]) => assumed.includes(words) === isSo),
    )
    return { assumed, outcomes }
  }

  /** Branches at the first hash that matters and has no bucket yet. */
  private branch(share: number, world: World, now: number, answers: Answers): void {
    const { draws, sides } = this
    this.asked++
    this.budget.spend(this.width)
    this.hasTooMany ||=
      answers.size > MOST_UNKNOWN || !this.budget.isEnough(this.asked * this.width)
    if (this.isCutShort) return
    draws.begin()
    const claims = sides.flatMap(({ names, side }) => side.ask(names, world, now))
    const { wanted } = draws
    if (wanted === undefined) return void this.found.push({ share, claims, answers })
    for (const segment of this.segments(wanted, now)) {
      draws.fix(wanted, segment.at)
      const { words } = wanted
      const known = words === undefined ? answers : new Map([...answers, [words, segment.at === 1]])
      this.branch(share * segment.share, world, now, known)
    }
    draws.fix(wanted, undefined)
  }
}

const subsetsOf = (words: readonly string[]): readonly (readonly string[])[] =>
  words.reduce<readonly (readonly string[])[]>(
    (all, one) => [...all, ...all.map((some) => [...some, one])],
    [[]],
  )
