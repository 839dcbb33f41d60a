import { bucketFor } from './model'

/** For each of the 1000 buckets the id of a user who falls into it when the feature is called x. */
export const idInBucket: readonly string[] = (() => {
  const ids = new Map<number, string>()
  for (let n = 0; ids.size < 1000; n++)
    ids.set(bucketFor('x', `t2_${n.toString(36)}`), `t2_${n.toString(36)}`)
  return Array.from({ length: 1000 }, (_, bucket) => ids.get(bucket) ?? '')
})()
