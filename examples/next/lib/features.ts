import { cookies, headers } from 'next/headers'
import { cache } from 'react'
import { type Features, openFeatures, type Questions, worldOf } from 'liveflag'

/** A real application looks the session up. */
const userOf = (session: string | undefined) =>
  session === undefined ? undefined : { id: `t2_${session}`, name: session }

// Next has several bundles of one module in a process, and in development loads it anew at each edit:
// the process keeps one Features.
const kept = globalThis as { liveflag?: Promise<Features> }

/** Opened when a request asks, so that a build opens nothing. */
export const openedFeatures = (): Promise<Features> =>
  (kept.liveflag ??= openFeatures({
    source: 'live.yaml',
    exposureSecret: process.env['EXPOSURE_SECRET'] ?? 'at least 32 characters, the same everywhere',
    onExposure: ({ feature, variant, unit }) =>
      console.log(`exposure: ${feature} ${variant} ${unit}`),
  }))

interface Cookies {
  get(name: string): { readonly value: string } | undefined
}

/** Who is asking, from what every place of Next has: cookies, and the address where there is one. */
export const visitorOf = (jar: Cookies, country?: string | null, query?: URLSearchParams) =>
  worldOf({
    user: userOf(jar.get('session')?.value),
    loid: jar.get('loid')?.value,
    urlFeatures: query?.getAll('feature') ?? [],
    attributes: { country: country ?? undefined },
  })

/** The features of this request: one snapshot for all that is rendered in it. */
export const requestFeatures = cache(async (): Promise<Questions> => {
  const [features, jar, sent] = await Promise.all([openedFeatures(), cookies(), headers()])
  return features.for(visitorOf(jar, sent.get('x-country')))
})
