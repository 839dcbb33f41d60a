import type { Asker } from './asker'
import type { Contender } from './participation'

/** An experiment with a life, compiled. */
export interface Life extends Contender {
  /** Whether the asker is one of those whom it is for: its selectors and its targeting, not its traffic. */
  qualifies(asker: Asker): boolean
}
