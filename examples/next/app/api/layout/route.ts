import { requestFeatures } from '../../../lib/features'

/** A route handler. Its answer depends on the visitor, so no shared cache may have it. */
export async function GET(): Promise<Response> {
  const features = await requestFeatures()
  return Response.json(
    { layout: features.variant('layout') ?? 'list' },
    { headers: { 'Cache-Control': 'private, no-store' } },
  )
}
