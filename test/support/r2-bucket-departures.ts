import { isDeepStrictEqual } from 'node:util'
import { type Facts, type Features, worldOf } from '../../src/index'
import { idInBucket } from './id-in-bucket'
import type { Departure } from './r2-departures'
import {
  liveText,
  open,
  type VectorBucket,
  type VectorLoidBucket,
  type VectorTable,
} from './r2-vectors'

/** The published buckets and tables, asked of the engine in its default semantics. */
const SETTINGS = {
  user: null,
  subreddit: null,
  subdomain: null,
  oauthClient: null,
  loid: null,
  urlFeatures: [],
  enableLoggedoutExperiments: true,
  validExperimentRequest: true,
}

async function asking<T>(name: string, entry: object, ask: (features: Features) => T): Promise<T> {
  const { features } = await open(
    { [`feature_${name}`]: liveText({ ...entry }) },
    { world: SETTINGS },
    {},
  )
  try {
    return ask(features)
  } finally {
    await features.close()
  }
}

type Reasons = readonly (Departure | undefined)[]

/** The bucket that an experiment of two halves draws. */
export async function departuresOfBucket({
  feature,
  seed,
  bucket,
}: VectorBucket): Promise<Reasons> {
  const entry = { experiment: { enabled: 'on', variants: { control_1: 50, control_2: 50 } } }
  const { assignment, error } = await asking(feature, entry, (features) =>
    features.for(worldOf({ user: { id: seed } })).decide(feature),
  )
  if (assignment?.bucket === bucket) return []
  return [
    seed === '' && assignment === undefined && error === undefined ? 'null is nobody' : undefined,
  ]
}

/**
 * The whole percent that lets the loid in, and the one before, which does not; no percentage but
 * 100 has room for what is no number.
 */
export async function departuresOfLoidBucket({ loid, bucket }: VectorLoidBucket): Promise<Reasons> {
  const isIn = (percent: number): Promise<boolean> =>
    asking('x', { percent_loggedout: percent }, (features) =>
      features.for(worldOf({ loid })).isEnabled('x'),
    )
  const answers = bucket === null ? [await isIn(99)] : [await isIn(bucket), await isIn(bucket + 1)]
  return isDeepStrictEqual(answers, bucket === null ? [false] : [false, true]) ? [] : [undefined]
}

/** The variants of one user of each bucket. */
export async function departuresOfTable({
  variantsJson,
  names,
  picks,
}: VectorTable): Promise<Reasons> {
  const entry = { experiment: { enabled: 'on', variants: JSON.parse(variantsJson) as object } }
  const expected = picks.map((index) => names[index])
  const visitors: readonly Facts[] = idInBucket.map((id) => ({ user: { id } }))
  const { drawn, isRefused } = await asking('x', entry, (features) => ({
    drawn: visitors.map((facts) => features.for(worldOf(facts)).variant('x')),
    isRefused: features.snapshot.rejected.includes('x'),
  }))
  if (isDeepStrictEqual(drawn, expected)) return []
  return [isRefused ? 'refused at load' : undefined]
}
