import type { Decision } from './decision'
import type { JsonValue } from './json'
import type { StickyDocuments } from './sticky'
import type { Answer, Assigned } from './trail'

/** The answer of a feature; a whole Decision when the feature is in a live config. */
export type Answered = Answer &
  Partial<
    Pick<Decision, 'enabled' | 'assignment' | 'error' | 'participation' | 'selector' | 'variant'>
  >

/** The value that rules of other features see; for an entry without values, whether it is on. */
export const valueSeen = ({ value, rule, enabled }: Answered): JsonValue =>
  (value === undefined && rule === undefined ? enabled : value) ?? null

/**
 * The answers that an answer depends on, then the answer itself, each once: two features may
 * require the same third one.
 */
export function answersOn(answer: Answered, met = new Set<Answered>()): ReadonlySet<Answered> {
  for (const prerequisite of answer.trail?.prerequisites ?? [])
    if (!met.has(prerequisite)) answersOn(prerequisite, met)
  return met.add(answer)
}

/**
 * Every experiment of a feature that assigned the visitor: first those that were passed through,
 * then the one that decided.
 */
export function assignedBy({ assignment, rule, trail }: Answered): readonly Assigned[] {
  const passed = trail?.assigned ?? []
  return assignment ? [...passed, { assignment, rule }] : passed
}

/** Stores the sticky assignments of an answer that is served. */
export function storeStickyAssignments(answer: Answer, sticky: StickyDocuments | undefined): void {
  for (const { trail } of sticky ? answersOn(answer) : []) {
    for (const { attribute, value, key, variation } of trail?.stickyAssignments ?? [])
      sticky?.assign(attribute, value, key, variation)
  }
}
