import type { Flag, Visitor } from './workloads'

/** An engine that holds the flags and answers. `Context` is its own way to say who asks. */
export interface Contender<Context> {
  /** Everything that one request sets up before it can ask. */
  request(visitor: Visitor): Context
  isEnabled(context: Context, name: string): boolean
  /** The visitor's variant, controls included; undefined when there is none. */
  variant(context: Context, name: string): string | undefined
  close(): Promise<void> | void
}

/** How to write the flags in an engine's own format, and how to start it on that text. */
export interface Candidate<Context> {
  readonly title: string
  /** The package measured; none for code that stands here. */
  readonly packageName?: string
  /** How the flags were translated, for the reader of the results. */
  readonly note: string
  write(flags: readonly Flag[]): string
  /** From text to ready to answer. */
  load(text: string): Promise<Contender<Context>>
}

export type AnyCandidate = Candidate<unknown>

/** Files of `contenders/`, in the order of the table; the first is the 1x. */
export const CONTENDERS = ['map-if', 'liveflag', 'growthbook', 'unleash', 'flagd-core'] as const

/** Loaded on demand, so that each process holds one engine and no other. */
export function candidateNamed(name: string): AnyCandidate {
  return (require(`./contenders/${name}`) as { readonly candidate: AnyCandidate }).candidate
}
