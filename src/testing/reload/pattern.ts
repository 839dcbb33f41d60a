import type { Format, Watching } from './adapter'
import type { Scale } from './steps'
import type { Trial } from './trial'

/**
 * One way of changing a file, repeated at least three times: some watches die only at the second
 * change.
 */
export interface Pattern {
  /** The number in docs/testing.md, W1 to W37; several patterns may share one. */
  readonly id: string
  readonly title: string
  readonly run: (trial: Trial) => Promise<void>
  /** Why it cannot run here: then it is neither passed nor failed. */
  readonly notHere?: (scale: Scale) => string | undefined
  readonly formats?: readonly Format[]
  /** Default: all three. */
  readonly watching?: readonly Watching[]
  /** It disturbs others or is disturbed by them, so it runs alone. */
  readonly alone?: boolean
}
