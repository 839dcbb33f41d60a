import type { Decision } from './decision'
import type { JsonValue } from './json'
import type { StickyDocuments } from './sticky'
import type { Answer } from './trail'

/** The answer of a feature; of one in a live config it is a whole Decision. */
export type Answered = Answer &
  Partial<Pick<Decision, 'enabled' | 'assignment' | 'error' | 'participation' | 'variant'>>

/** What rules of other features see: the feature's value or, where an entry without values decided, whether it is on. */
export const valueSeen = ({ value, rule, enabled }: Answered): JsonValue =>
  (value === undefined && rule === undefined ? enabled : value) ?? null

/** An answer after all that it rests on, each once: features may require one feature by many ways. */
export function answersOn(answer: Answered, met = new Set<Answered>()): ReadonlySet<Answered> {
  for (const prerequisite of answer.trail?.prerequisites ?? [])
    if (!met.has(prerequisite)) answersOn(prerequisite, met)
  return met.add(answer)
}

/** Stores the assignments that came up on the way to an answer which is really given. */
export function storeKept(answer: Answer, sticky: StickyDocuments | undefined): void {
  for (const { trail } of sticky ? answersOn(answer) : []) {
    for (const { attribute, value, key, variation } of trail?.kept ?? [])
      sticky?.assign(attribute, value, key, variation)
  }
}
