import type { Asker } from './core/asker'
import type { Assignment, Decision } from './core/decision'
import type { JsonValue } from './core/json'

/** A visitor was asked about and fell into a variant, controls included: the record an experiment is judged by. */
export interface Exposure {
  readonly kind: Assignment['kind']
  readonly feature: string
  /** As the entry states it; missing when the entry has none. */
  readonly experimentId?: JsonValue
  readonly variant: string
  /** What was bucketed. */
  readonly unit: string
  /** The signed-in user's id; for kind `user`. */
  readonly user?: string
  /** The logged-out id, also of a signed-in visitor who has one; for kind `user`. */
  readonly loid?: string
  /** The page's id; for kind `page`. */
  readonly page?: string
  readonly bucket: number
  readonly generation: number
  /** Milliseconds since 1970. */
  readonly at: number
}

/** The exposure that a Decision with an assignment owes. */
export function exposureOf(decision: Decision, assignment: Assignment, asker: Asker, at: number): Exposure {
  const { kind, experimentId, variant, unit, bucket } = assignment
  const user = kind === 'user' ? asker.userId() : null
  const loid = kind === 'user' ? asker.loid() : null
  return {
    kind,
    feature: decision.feature,
    ...(experimentId !== undefined && { experimentId }),
    variant,
    unit,
    ...(user !== null && { user }),
    ...(loid !== null && { loid }),
    ...(kind === 'page' && { page: unit }),
    bucket,
    generation: decision.generation,
    at,
  }
}
