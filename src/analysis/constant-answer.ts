import type { JsonValue } from '../core/json'
import type { Features } from '../engine/features'
import { type AskedSide, outcomesOf } from './invariants'

/** What everybody gets: the answer as `liveflag remove --as` takes it. */
export interface Answer {
  /** `on`, `off`, or a variant. */
  readonly as: string
  /** Its value, of features with values. */
  readonly value: JsonValue | undefined
}

/**
 * What everybody gets of a feature now, whoever they are and whichever bucket they are in; undefined
 * when it depends on that, or cannot be said.
 */
export function constantOf(
  features: AskedSide['of'] & Pick<Features, 'now'>,
  name: string,
): Answer | undefined {
  const constant = features.definition(name)?.feature.constant
  if (constant) return answerOf(constant)
  const now = features.now()
  const found = outcomesOf([{ names: [name], of: features }], {}, { now, onlyNow: true })
  if (typeof found === 'string') return undefined
  const claims = found.list
    .filter(({ isRare }) => !isRare)
    .flatMap(({ outcomes }) => outcomes.flatMap(({ claims: [claim] }) => (claim ? [claim] : [])))
  const answers = new Map(
    claims.map((claim) => {
      const answer = answerOf(claim)
      return [JSON.stringify(answer), answer]
    }),
  )
  const [only] = answers.values()
  return answers.size === 1 ? only : undefined
}

interface Claimed {
  readonly enabled: boolean
  readonly variant?: string | undefined
  readonly value?: JsonValue | undefined
}

const answerOf = ({ enabled, variant, value }: Claimed): Answer => ({
  as: variant ?? (enabled ? 'on' : 'off'),
  value,
})
