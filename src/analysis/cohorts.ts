import type { Share } from '../experiments/shares'
import { restoredText } from '../core/storable-text'
import { inSlices, TimeSlice } from '../runtime/time-slice'
import { type JointShare, jointShares, sharesWhere } from './joint-shares'
import type { People, Person } from './people'
import type { Draw, Phase, Phases } from './phases'
import type { OpenSplit, Splits } from './splits'

/**
 * People who were drawn alike: first seen in one phase, and let in by the same of the draws before
 * it. Who was in nobody's share before, and comes often, is first seen when shares grow; of those who
 * had a variant all along, only who comes seldom is. So these are two cohorts, and each variant is
 * compared within one. Whose bucket it is was drawn before anybody did anything.
 */
export interface Cohort {
  readonly phase: number
  /** Of the variants, among them; undefined where that is not known. */
  readonly shares: readonly Share[] | undefined
}

export interface Cohorts {
  /** Their `cohort` is a place in the list. */
  readonly people: People
  readonly list: readonly Cohort[]
}

/**
 * By whether which draws let people in they are cut: by those `earlier`, which say who was seen before; or by `all`, which
 * say who may be seen again, too.
 */
export type CutBy = 'earlier' | 'all'

interface CohortsAsked {
  /** What is bucketed. */
  readonly kind: string
  readonly splits: Splits
  readonly cutBy: CutBy
}

/** Sorts everybody into their cohort. One phase has one, unless other draws left some people out. */
export async function cohortsOf(
  people: People,
  phases: Phases,
  { kind, splits, cutBy }: CohortsAsked,
): Promise<Cohorts> {
  const plans: Plan[] = []
  for (const [phase, { draw }] of phases.list.entries()) {
    const others = cutBy === 'all' ? phases.draws : phases.list.slice(0, phase).map(drawOf)
    plans.push(await planOf(draw, others, splits))
  }
  if (plans.length < 2) return { people, list: [{ phase: 0, shares: plans[0]?.shares }] }
  const found = await inSlices(sorted(people.list, phases, plans))
  return { people: { ...people, list: found.list }, list: cohortList(found.keys, plans, kind) }
}

const drawOf = ({ draw }: Phase): Draw => draw

/** By which draws the people of one phase are sorted. */
interface Plan {
  /** Of all its people. */
  readonly shares: readonly Share[] | undefined
  readonly own: OpenSplit | undefined
  /** The other splits that left some out. */
  readonly others: readonly OpenSplit[]
}

async function planOf(draw: Draw, all: readonly Draw[], splits: Splits): Promise<Plan> {
  const own = await splits.of(draw)
  const others = new Set<OpenSplit>()
  if (own)
    for (const one of all) {
      const split = await splits.of(one)
      if (split?.leavesOut && split !== own) others.add(split)
    }
  return { shares: draw.shares, own, others: [...others] }
}

/** The phase, and `+` or `-` for each of its other splits: whether it had a variant for them. */
interface Key {
  readonly phase: number
  readonly lets: string
}

function* sorted(
  list: readonly Person[],
  phases: Phases,
  plans: readonly Plan[],
): Generator<void, { readonly list: readonly Person[]; readonly keys: readonly Key[] }> {
  const slice = new TimeSlice()
  const numbers = new Map<string, number>()
  const keys: Key[] = []
  const cohort = new Uint32Array(list.length)
  for (const [i, person] of list.entries()) {
    const phase = phases.phaseOf(person.revision, person.at)
    const lets = letsIn(person, plans[phase])
    const text = `${phase} ${lets}`
    const number = numbers.get(text) ?? numbers.size
    if (number === numbers.size) keys[numbers.set(text, number).size - 1] = { phase, lets }
    cohort[i] = number
    if (slice.isOver()) yield
  }
  // In an order that does not depend on that of the rows.
  const order = [...keys.keys()].sort((a, b) => compared(keys[a], keys[b]))
  const places = new Uint32Array(keys.length)
  for (const [place, number] of order.entries()) places[number] = place
  const found: Person[] = []
  for (const [i, person] of list.entries()) {
    const place = places[cohort[i] ?? 0] ?? 0
    found.push(place === person.cohort ? person : { ...person, cohort: place })
    if (slice.isOver()) yield
  }
  return { list: found, keys: order.flatMap((number) => keys[number] ?? []) }
}

const compared = (a: Key | undefined, b: Key | undefined): number =>
  a && b ? a.phase - b.phase || (a.lets < b.lets ? -1 : 1) : 0

function letsIn({ unit, kind }: Person, plan: Plan | undefined): string {
  if (plan === undefined || plan.others.length === 0) return ''
  const id = restoredText(unit)
  // A decision is about a user.
  const sign = ({ redraw }: OpenSplit) => (redraw.of(id, kind ?? 'user') === undefined ? '-' : '+')
  return plan.others.map(sign).join('')
}

function cohortList(keys: readonly Key[], plans: readonly Plan[], kind: string): readonly Cohort[] {
  const known = new Map<number, readonly JointShare[] | undefined>()
  return keys.map(({ phase, lets }) => {
    const { shares, own, others } = plans[phase] ?? NO_PLAN
    if (!own || others.length === 0) return { phase, shares }
    if (!known.has(phase)) {
      const all = [...others, own].map(({ redraw }) => redraw)
      known.set(phase, jointShares(all, kind))
    }
    const joint = known.get(phase)
    const isOfCohort = (variants: JointShare['variants']): boolean =>
      [...lets].every((one, i) => (one === '-') === (variants[i] === undefined))
    return { phase, shares: joint && sharesWhere(joint, isOfCohort) }
  })
}

const NO_PLAN: Plan = { shares: undefined, own: undefined, others: [] }
