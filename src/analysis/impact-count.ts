import { type Facts, worldOf } from '../core/world'
import type { Questions } from '../engine/questions'
import type { Asked } from './compared-closures'
import { answerOf, type AnswerParts, Changes } from './impact-matrix'
import type { Exact } from './impact-exact'
import type { FeatureImpact, ImpactExample } from './impact-view'

const MOST_EXAMPLES = 100

/** Counts how the answers of a population on one feature change. */
export class PopulationCount {
  private readonly changes = new Changes()
  private readonly examples: ImpactExample[] = []
  /** The answers that do not depend on who asks. */
  private readonly from: AnswerParts | undefined
  private readonly to: AnswerParts | undefined
  /** Nobody needs to be asked. */
  readonly isCounted: boolean

  constructor(
    readonly feature: string,
    before: Asked,
    after: Asked,
    private readonly population: readonly Facts[],
  ) {
    this.from = fixedAnswer(before, feature)
    this.to = fixedAnswer(after, feature)
    this.isCounted = this.from !== undefined && this.to !== undefined
    if (this.from === undefined || this.to === undefined || population.length === 0) return
    this.changes.add(this.from, this.to, population.length)
    const [from, to] = [answerOf(this.from), answerOf(this.to)]
    if (from !== to)
      for (let i = 0; i < Math.min(MOST_EXAMPLES, population.length); i++)
        this.addExample(i, from, to)
  }

  /** Asks about one visitor of the population. */
  ask(before: Pick<Questions, 'decide'>, after: Pick<Questions, 'decide'>, visitor: number): void {
    const old = this.from ?? before.decide(this.feature)
    const now = this.to ?? after.decide(this.feature)
    this.changes.add(old, now)
    const [from, to] = [answerOf(old), answerOf(now)]
    if (from !== to && this.examples.length < MOST_EXAMPLES) this.addExample(visitor, from, to)
  }

  /** Whether somebody changes, where it was proven that nobody does. */
  isAgainst({ classes, isNobody }: Pick<Exact, 'classes' | 'isNobody'>): boolean {
    const nobodyNow = isNobody || classes?.every(({ matrix }) => matrix.changed === 0) === true
    return nobodyNow && !this.changes.isNobody
  }

  view(): Pick<FeatureImpact, 'feature' | 'population' | 'examples'> {
    const { feature, changes, examples } = this
    return { feature, population: changes.matrix(), examples }
  }

  private addExample(visitor: number, from: string, to: string): void {
    this.examples.push({ unit: unitOf(this.population[visitor] ?? {}, visitor), from, to })
  }
}

/** What everybody gets; undefined where that depends on who asks. */
function fixedAnswer(asked: Asked, feature: string): AnswerParts | undefined {
  const definition = asked.definition(feature)
  return definition === undefined || definition.feature.constant !== undefined
    ? asked.for(worldOf()).decide(feature)
    : undefined
}

/** A visitor who is known by one attribute alone is called by that. */
function unitOf({ user, loid, attributes }: Facts, i: number): string {
  const [only, ...others] = Object.values(attributes ?? {})
  const named = user?.id ?? user?.name ?? loid
  return named ?? (typeof only === 'string' && others.length === 0 ? only : `visitor ${i + 1}`)
}
