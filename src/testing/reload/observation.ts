import type { Adapter, Features, Format, Handle, Status, Watching } from './adapter'
import { spell } from './diff'
import type { Scale } from './steps'

/**
 * Thrown when the adapter cannot show what the pattern is about: the trial has neither passed nor
 * failed.
 */
export class NotObservable extends Error {}

export interface Setting {
  readonly adapter: Adapter
  readonly format: Format
  readonly watching: Watching
  readonly pollMs: number
  readonly scale: Scale
}

/** Which optional parts a handle has. */
export interface Shown {
  readonly status: boolean
  readonly events: boolean
  readonly standing: boolean
}

export const EVERYTHING_SHOWN: Shown = { status: true, events: true, standing: true }

export const shownBy = ({ status, events, standing }: Handle): Shown => ({
  status: status !== undefined,
  events: events !== undefined,
  standing: standing !== undefined,
})

/** The invariants that cannot be checked with these parts. */
export const notObservableWith = ({ status, events, standing }: Shown): string[] => [
  ...(status ? [] : ['I4', 'I5', 'I6', 'I7']),
  ...(events ? [] : ['I8', 'I9']),
  ...(standing ? [] : ['I3']),
]

/**
 * I6 and I7 after a change: how old the content is, and that no error remains unless the content
 * has one.
 */
export function healthViolations(
  { ageMs, problems }: Status,
  { oldestMs, flawed }: { readonly oldestMs: number; readonly flawed: boolean },
): string[] {
  const errors = problems.filter(({ severity }) => severity === 'error').map(({ code }) => code)
  return [
    ...(ageMs < oldestMs ? [] : [`I6: age ${ageMs} ms`]),
    ...(flawed || errors.length === 0 ? [] : [`I7: problems after recovery: ${errors.join(', ')}`]),
  ]
}

/** What is served and reported, as one line for a message. */
export function stateText(served: Features, status: Status | undefined): string {
  const problems = (status?.problems ?? []).map(
    ({ code, line, column }) => `${code}@${line}:${column}`,
  )
  return `serves ${spell(served)}, ${status?.status ?? 'status unknown'}, problems ${problems.join(', ') || 'none'}`
}
