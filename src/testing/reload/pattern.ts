import type { Format, Watching } from './adapter'
import type { Scale } from './steps'
import type { Trial } from './trial'

/**
 * One way in which a file is changed, done at least three times in a row: some watches die only on
 * the second.
 */
export interface Pattern {
  /** The number in the specification, W1 to W37; several patterns may share one. */
  readonly id: string
  readonly title: string
  readonly run: (trial: Trial) => Promise<void>
  /** Why it cannot be done here, if it cannot: then it is neither passed nor failed. */
  readonly notHere?: (scale: Scale) => string | undefined
  readonly formats?: readonly Format[]
  /** Left out: all three. */
  readonly watching?: readonly Watching[]
  /** Disturbs or is disturbed by others, so it runs by itself. */
  readonly alone?: boolean
}
