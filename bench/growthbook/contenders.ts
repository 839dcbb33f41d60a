import { resolve } from 'node:path'
import { type FeatureApiResponse, GrowthBookClient, type UserContext } from '@growthbook/growthbook'
import type * as Liveflag from '../../src'
import type { Person } from './workloads'

/** One side: made of the payload's text, then asked one request after the other. */
export interface Side<Request> {
  request(person: Person): Request
  value(request: Request, feature: string): unknown
  close(): void | Promise<void>
}

async function openLiveflag(text: string): Promise<Side<unknown>> {
  // What users install: the compiled package. `LIVEFLAG_DIST` measures another build of it.
  const dist = process.env['LIVEFLAG_DIST'] ?? resolve(__dirname, '../../dist')
  const { memory, openFeatures, worldOf } = require(resolve(dist, 'index.js')) as typeof Liveflag
  const features = await openFeatures({ source: memory(text, { format: 'json' }) })
  const side: Side<ReturnType<typeof features.for>> = {
    request: ({ id, attributes }) => features.for(worldOf({ user: { id }, attributes })),
    value: (request, feature) => request.decide(feature).value,
    close: () => features.close(),
  }
  return side
}

async function openGrowthBook(text: string): Promise<Side<unknown>> {
  const client = new GrowthBookClient().initSync({
    payload: JSON.parse(text) as FeatureApiResponse,
  })
  const side: Side<UserContext> = {
    request: ({ id, attributes }) => ({ attributes: { id, ...attributes } }),
    value: (context, feature) => client.evalFeature(feature, context).value,
    close: () => client.destroy(),
  }
  return side
}

export const SIDES = { growthbook: openGrowthBook, liveflag: openLiveflag } as const
export type SideName = keyof typeof SIDES
export const isSide = (name: string | undefined): name is SideName =>
  name !== undefined && name in SIDES
