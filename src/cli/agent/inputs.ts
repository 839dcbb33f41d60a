import type { Z } from './tool'

/** What several tools are given. Every text is bounded: it comes from a model. */
export const featureInput = (z: Z) =>
  z.string().min(1).max(200).describe('the name of a feature, with or without feature_')

export const visitorInput = (z: Z) =>
  z
    .record(z.string().max(200), z.unknown())
    .optional()
    .describe(
      'who asks, such as {"user": {"id": "t2_beef", "name": "gary"}, "attributes": {"country": "NZ"}}; left out: a visitor who is not signed in',
    )
