import { DAY_MS, dayOf } from '../core/time'
import type { Reports } from '../recording/store'
import type { Share } from '../experiments/shares'
import type { ConfiguredExperiment } from './configured'
import {
  changedKeys,
  type Drawing,
  drawingOf,
  drawingText,
  drawsByName,
  experimentIn,
  type KeptEntry,
  keptEntry,
} from './kept-entry'
import type { UnitGroup } from './unit-groups'

/** How an experiment drew its people, by one or more entries that draw alike. */
export interface Draw {
  /** Undefined where the rows do not say their entry, or its text is not known. */
  readonly drawing: Drawing | undefined
  /** One of the entries; undefined as `drawing` is. */
  readonly kept: KeptEntry | undefined
  /** Undefined where the entry does not say them. */
  readonly shares: readonly Share[] | undefined
  /** When one of its entries was first seen to decide; undefined as `drawing` is. */
  readonly since: number | undefined
}

/** A time in which an experiment drew its people in one way. */
export interface Phase {
  readonly draw: Draw
  /** The day on which its first people were seen, in milliseconds since 1970. */
  readonly from: number
  /** When its entry was first seen to decide, if that was on that day. */
  readonly since: number | undefined
  /** What the edit changed that began it; empty of the first, and where it is not known. */
  readonly changed: readonly string[]
}

/** The phases of an experiment, in the order of time. */
export interface Phases {
  readonly list: readonly Phase[]
  drawOf(revision: string | null): Draw
  /** The phase in which people were first seen, by the entry and on the day. */
  phaseOf(revision: string | null, at: number): number
  /** All of them, also those by which nobody was first seen. */
  readonly draws: readonly Draw[]
  /** The draws that people of a phase may have come back to. */
  laterThan(phase: number): readonly Draw[]
}

/**
 * Cuts an experiment at each edit of its shares, its traffic or whom it is for, by the texts of the
 * entries that its rows name. An edit that changes nothing of that, such as its end or a value, cuts
 * nothing; and an edit back to what was begins a phase of its own.
 */
export async function phasesOf(
  reports: Pick<Reports, 'configs'>,
  experiment: ConfiguredExperiment,
  groups: readonly UnitGroup[],
): Promise<Phases> {
  const draws = await drawsOf(reports, experiment, groups)
  const epochs = epochsOf(groups, draws)
  // Nobody was first seen by these, and people of any phase came back to them.
  const others = new Set(groups.map(({ lastRevision }) => draws(lastRevision)))
  for (const { draw } of epochs) others.delete(draw)
  const used = new Set(epochs.map(({ draw }) => draw))
  return {
    list: epochs.map(({ draw, from }, i) => ({
      draw,
      from,
      since: sinceOn(from, draw),
      changed: changed(epochs[i - 1]?.draw, draw, experiment.id),
    })),
    draws: [...used, ...others],
    drawOf: draws,
    phaseOf: (revision, at) => {
      const [own, start] = [draws(revision), dayOf(at)]
      const last = epochs.findLastIndex(({ draw, from }) => draw === own && from <= start)
      return last >= 0 ? last : epochs.findIndex(({ draw }) => draw === own)
    },
    laterThan: (phase) => [...new Set([...laterEpochs(epochs, phase), ...others])],
  }
}

/** When the entry of a draw was first seen to decide, if that was on this day. */
const sinceOn = (day: number, { since }: Draw): number | undefined =>
  since !== undefined && since >= day && since < day + DAY_MS ? since : undefined

type DrawOf = (revision: string | null) => Draw

/** Entries that draw alike have one Draw. */
async function drawsOf(
  reports: Pick<Reports, 'configs'>,
  experiment: ConfiguredExperiment,
  groups: readonly UnitGroup[],
): Promise<DrawOf> {
  const none = { drawing: undefined, kept: undefined, since: undefined }
  const unknown: Draw = { ...none, shares: experiment.shares }
  const named = groups.flatMap(({ revision, lastRevision }) => [revision, lastRevision])
  const revisions = [...new Set(named)].filter((one) => one !== null)
  const alike = new Map<string, Draw & { since: number | undefined }>()
  const byRevision = new Map<string, Draw>()
  for (const { revision, feature, text, at } of await reports.configs(revisions)) {
    const [kept, configured] = keptIn(text, [feature, experiment.feature], experiment.id) ?? []
    if (!kept || !configured) continue
    const drawing = drawingOf(kept, experiment.id)
    const key = `${drawsByName(kept, experiment.id) ? kept.feature : ''}\0${drawingText(drawing)}`
    const known = alike.get(key)
    const draw = known ?? { drawing, kept, shares: configured.shares, since: at }
    draw.since = Math.min(at, draw.since ?? at)
    alike.set(key, draw)
    byRevision.set(revision, draw)
  }
  return (revision) => (revision === null ? undefined : byRevision.get(revision)) ?? unknown
}

/**
 * The experiment of a text. Features whose entries are equal share one, which names the first of
 * them, and an experiment without an id has the name of its feature.
 */
function keptIn(
  text: string,
  features: readonly string[],
  id: string,
): readonly [KeptEntry, ConfiguredExperiment] | undefined {
  for (const feature of features) {
    const kept = keptEntry(feature, text)
    const configured = kept && experimentIn(kept, id)
    if (kept && configured) return [kept, configured]
  }
  return undefined
}

interface Epoch {
  readonly draw: Draw
  readonly from: number
  /**
   * The last day of a draw that is known, and never had most of a day; missing if what had most of its
   * only day is known to have come after it.
   */
  readonly brief?: number
}

/**
 * The draws that were in use after an epoch began. One that never had most of a day was taken back,
 * or replaced, on a day that it shared: what had most of that day may have come after it.
 */
function laterEpochs(epochs: readonly Epoch[], at: number): readonly Draw[] {
  const own = epochs[at]
  const of = (found: readonly (Epoch | undefined)[]) => found.flatMap((one) => one?.draw ?? [])
  if (own === undefined) return []
  const others = epochs.filter(
    ({ from, brief }) => brief !== undefined && (brief > own.from || from === own.from),
  )
  return own.brief === undefined
    ? of([...epochs.slice(at + 1), ...others])
    : of([...others, ...epochs.filter(({ from }) => from >= own.from), ofMost(epochs, own.from)])
}

const ofMost = (epochs: readonly Epoch[], day: number): Epoch | undefined =>
  epochs.findLast(({ from, brief }) => brief === undefined && from <= day)

/**
 * The runs of days in which most new people came by one draw. While an edit is on its way to all
 * servers both draws are in use; a draw that never had most of a day begins with its first, and what
 * goes on after its last begins anew.
 */
function epochsOf(groups: readonly UnitGroup[], draws: DrawOf): readonly Epoch[] {
  const days = new Map<number, Map<Draw, number>>()
  const daysOf = new Map<Draw, { first: number; last: number }>()
  for (const { revision, start, units } of groups) {
    const draw = draws(revision)
    const day = days.get(start) ?? new Map<Draw, number>()
    days.set(start, day.set(draw, (day.get(draw) ?? 0) + units))
    const { first, last } = daysOf.get(draw) ?? { first: start, last: start }
    daysOf.set(draw, { first: Math.min(start, first), last: Math.max(start, last) })
  }
  const most = [...days]
    .sort(([a], [b]) => a - b)
    .flatMap(([from, day]) =>
      [...day]
        .sort(([, a], [, b]) => b - a)
        .slice(0, 1)
        .map(([draw]): Epoch => ({ draw, from })),
    )
  const had = new Set(most.map(({ draw }) => draw))
  const returns = returnsOf(groups, draws)
  const brief = [...daysOf]
    .filter(([draw]) => !had.has(draw))
    .map(([draw, { first, last }]): Epoch => {
      const own: Epoch = { draw, from: first }
      const ofDay = most.find(({ from }) => from === first)
      const isOver = first === last && ofDay && isReplaced(own, ofDay) && !returns(ofDay, own)
      return draw.drawing && !isOver ? { ...own, brief: last } : own
    })
  const anew = new Set(
    brief.map(({ brief: last = Infinity }) => most.find(({ from }) => from > last)?.from),
  )
  const runs = most.filter(({ draw, from }, i) => draw !== most[i - 1]?.draw || anew.has(from))
  return [...runs, ...brief]
    .map((epoch) => ({ epoch, began: beganAt(epoch, daysOf.get(epoch.draw)?.first) }))
    .sort((a, b) => a.epoch.from - b.epoch.from || a.began - b.began)
    .map(({ epoch }) => epoch)
}

/**
 * When, of those that began on one day: by when their entries were first seen to decide. One that came back on that day
 * was seen before, and may have come back after the others.
 */
const beganAt = ({ draw: { since }, from }: Epoch, first = from): number =>
  first < from ? Infinity : (since ?? from)

/** Whether of two draws of one day the second is known to have come after the first. */
const isReplaced = ({ draw }: Epoch, by: Epoch): boolean =>
  draw.since !== undefined && by.draw.since !== undefined && draw.since < by.draw.since

/** Whether somebody who was first seen by one draw was last seen by another. */
function returnsOf(groups: readonly UnitGroup[], draws: DrawOf) {
  const seen = new Map<Draw, Set<Draw>>()
  for (const { revision, lastRevision } of groups) {
    const last = seen.get(draws(revision)) ?? new Set<Draw>()
    seen.set(draws(revision), last.add(draws(lastRevision)))
  }
  return (first: Epoch, last: Epoch): boolean => seen.get(first.draw)?.has(last.draw) === true
}

const changed = (before: Draw | undefined, now: Draw, id: string): readonly string[] =>
  before?.drawing && now.drawing
    ? [
        ...(before.kept?.feature !== now.kept?.feature && now.kept && drawsByName(now.kept, id)
          ? ['feature']
          : []),
        ...changedKeys(before.drawing, now.drawing),
      ]
    : []
