import { TimeSlice } from '../runtime/time-slice'
import { TOO_FINE } from './asked-times'
import type { Compared } from './compared-closures'
import type { VisitorClass } from './impact-classes'
import { Changes } from './impact-matrix'
import { type Assumed, Budget, Spread } from './impact-spread'
import type { ClassImpact, LaterImpact } from './impact-view'

/** The impact of one feature without a population. */
export interface Exact {
  readonly classes: readonly ClassImpact[] | null
  readonly whyNot: string | null
  readonly later: readonly LaterImpact[]
  readonly isNobody: boolean
}

/** The matrices of one feature over all buckets. Yields between slices. */
export function* exactImpact(
  name: string,
  compared: Compared | string,
  budget = new Budget(),
): Generator<void, Exact> {
  const unknown = (whyNot: string): Exact => ({
    classes: null,
    whyNot,
    later: [],
    isNobody: false,
  })
  if (typeof compared === 'string') return unknown(compared)
  const { sides, draws, segments, at, times } = compared
  const asked = sides.map((side) => ({ names: [name], side }))
  const slice = new TimeSlice()
  const answers = new Map<number, readonly Found[]>()
  for (const moments of [[at, ...times.dates], times.beside]) {
    const spread = new Spread(asked, draws, segments, budget)
    for (const moment of moments) {
      answers.set(moment, yield* over(compared.classes, spread, moment, slice))
      if (spread.isCutShort) return unknown('it has too many combinations of visitors and buckets')
    }
  }
  const isNobody = [...answers.values()].every(isNobodyOf)
  if (isNobody && times.isTooFine) return unknown(TOO_FINE)
  const now = yield* listed(answers.get(at) ?? [], slice)
  const later: LaterImpact[] = []
  for (const moment of momentsToList(answers, times.beside)) {
    if (moment === at) continue
    const found = answers.get(moment) ?? []
    later.push({ at: new Date(moment).toISOString(), classes: yield* listed(found, slice) })
  }
  return { classes: now, whyNot: null, later: newsIn(now, later), isNobody }
}

/** A change that is greater than at all dates by less than this is none of its own. */
const SAME_SHARE = 0.001

/** The dates, and those moments beside them at which somebody changes otherwise, in order. */
function momentsToList(
  answers: ReadonlyMap<number, readonly Found[]>,
  beside: readonly number[],
): readonly number[] {
  const most = new Map<string, number>()
  const isAt = new Set(beside)
  const hasNews = (found: readonly Found[]): boolean => {
    let isNews = false
    for (const { of, changes } of found)
      for (const { from, to, share } of changes.moves()) {
        const key = JSON.stringify([of.words, from, to])
        const known = most.get(key)
        if (known !== undefined && share <= known + SAME_SHARE) continue
        most.set(key, share)
        isNews = true
      }
    return isNews
  }
  const dates = [...answers.keys()].filter((moment) => !isAt.has(moment))
  if (beside.length > 0) for (const date of dates) hasNews(answers.get(date) ?? [])
  // Right before something happens the changes are greatest.
  const isLast = (moment: number): boolean => answers.has(moment + 1)
  const greatest = [...beside.filter(isLast), ...beside.filter((one) => !isLast(one))]
  const news = greatest.filter((moment) => hasNews(answers.get(moment) ?? []))
  return [...dates, ...news].sort((a, b) => a - b)
}

/** The dates at which something is otherwise than before. */
const newsIn = (
  now: readonly ClassImpact[],
  later: readonly LaterImpact[],
): readonly LaterImpact[] => {
  let before = JSON.stringify(now)
  return later.filter(({ classes }) => {
    const text = JSON.stringify(classes)
    const isNews = text !== before
    before = text
    return isNews
  })
}

function* over(
  classes: readonly VisitorClass[],
  spread: Spread,
  now: number,
  slice: TimeSlice,
): Generator<void, readonly Found[]> {
  const found: Found[] = []
  // Kinds that answer alike have the same outcomes.
  const known = new Map<Assumed, Changes>()
  for (const of of classes) {
    if (slice.isOver()) yield
    if (spread.isCutShort) break
    for (const one of spread.over(of.world, now)) {
      const changes = known.get(one) ?? changesIn(one)
      known.set(one, changes)
      found.push({ of: one.assumed.length === 0 ? of : assuming(of, one.assumed), changes })
    }
  }
  return found
}

function changesIn({ outcomes }: Assumed): Changes {
  const changes = new Changes()
  for (const { share, claims } of outcomes) {
    const [from, to] = claims
    if (from && to) changes.add(from, to, share)
  }
  return changes
}

/** The visitors of a kind of whom something is so that is asked and not known. */
const assuming = (of: VisitorClass, assumed: readonly string[]): VisitorClass => ({
  ...of,
  words: [...of.words, ...assumed],
  traits: new Set([...of.traits, ...assumed]),
})

const isNobodyOf = (found: readonly Found[]): boolean =>
  found.every(({ changes }) => changes.isNobody)

interface Found {
  readonly of: VisitorClass
  readonly changes: Changes
}

/**
 * The classes that say something of their own: a class of several traits, or a rare one, is listed
 * only when it changes otherwise than the listed classes that it is part of.
 */
function* listed(
  found: readonly Found[],
  slice: TimeSlice,
): Generator<void, readonly ClassImpact[]> {
  const shown: { readonly of: VisitorClass; readonly text: string }[] = []
  const classes: ClassImpact[] = []
  const matrices = new Map<Changes, ReturnType<typeof matrixOf>>()
  const bySize = [...found].sort((a, b) => a.of.traits.size - b.of.traits.size)
  for (const { of, changes } of bySize) {
    if (slice.isOver()) yield
    const isPlain = of.traits.size <= 2 && !of.isRare
    if (!isPlain && changes.isNobody) continue
    const { matrix, text } = matrices.get(changes) ?? matrixOf(changes)
    matrices.set(changes, { matrix, text })
    const isPart = (one: VisitorClass): boolean => [...one.traits].every((t) => of.traits.has(t))
    if (!isPlain && shown.some((one) => one.text === text && isPart(one.of))) continue
    shown.push({ of, text })
    classes.push({ visitors: of.words.join(', '), matrix })
  }
  return classes
}

function matrixOf(changes: Changes) {
  const matrix = changes.matrix()
  return { matrix, text: JSON.stringify(matrix) }
}
