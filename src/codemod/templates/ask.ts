import { type Answer, answerOf, type Forced } from '../rewriting/answer'
import { isPlain } from './outcome'

/** A question as a template writes it. */
export interface Asked {
  readonly method: string
  readonly feature: string
  /** Of a block that is shown in one variant. */
  readonly variant?: string | undefined
}

/** What the question answers from now on; undefined when it is about another feature. */
export function answerIn({ method, feature, variant }: Asked, forced: Forced): Answer | undefined {
  if (feature !== forced.feature) return undefined
  const answer = answerOf({ method: variant === undefined ? method : 'variant' }, forced)
  if ('why' in answer) return answer
  if (!isPlain(answer.value))
    return { why: 'its variant has characters that need escapes; replace it by hand' }
  return variant === undefined ? answer : { value: answer.value === variant }
}
