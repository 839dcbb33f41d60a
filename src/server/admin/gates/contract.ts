/** What the routes of the gates of ramps return: types alone, shared with the page. */
import type { GateOutcome } from '../../../analysis/gates'
import type { RampEdit } from '../../../experiments/ramp'

/** A ramp, as a row of a feature has it. */
export interface RampView {
  /** `percent_loggedin`, `experiment.traffic` */
  readonly path: string
  /** `5 % now, since 2026-12-01T09:00Z held at 5 % until errors passes` */
  readonly words: string
  /** `failed`: gates put it back, and `words` has their figures. Null while nothing holds it. */
  readonly held: 'waits' | 'failed' | null
  /** The metrics that its holds are judged by; empty of one that goes on by itself. */
  readonly gates: readonly string[]
}

/**
 * `GET /api/v1/features/:name/gates`; 404 `not_found` where it has no ramp with gates. A verdict is at
 * most half a minute old: whoever asks later has the records judged anew, and nothing is written.
 */
export interface GatesView {
  readonly feature: string
  /** How far the ramp is now, in percent. */
  readonly percent: number
  /** As `RampView.words`. */
  readonly words: string
  readonly held: RampView['held']
  /** Names of metrics. */
  readonly gates: readonly string[]
  /** Null of a ramp that has not begun, has come to its end, or was put back. */
  readonly verdict: RampVerdict | null
  /** What became of it, the newest first. */
  readonly edits: readonly RampEdit[]
  /** Whether this server judges it by itself, and writes what comes of it; null if it does not. */
  readonly job: { readonly everyMs: number; readonly into: string } | null
}

/** What the gates of a ramp came to. */
export interface RampVerdict {
  readonly at: number
  readonly outcome: GateOutcome
  /** The figures that decided, or why nothing can be said. */
  readonly reason: string
  /** Each gate for each variant; empty where nothing can be said of any. */
  readonly gates: readonly GateFigures[]
}

export interface GateFigures {
  readonly metric: string
  readonly variant: string
  readonly outcome: GateOutcome
  /** `+12.0 % (+3.1 % … +21.9 %)`, as every look may read it; null while there is nothing to compare. */
  readonly figures: string | null
  /** How much worse it may become: 0.05 is 5 %. */
  readonly margin: number
  readonly direction: 'up' | 'down'
}
