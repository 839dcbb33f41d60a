import { openedFeatures } from '../../lib/features'

/** Receives the exposures of pages, which `liveflag/client` sends. */
export async function POST(request: Request): Promise<Response> {
  const { events } = (await request.json()) as { events?: readonly { token?: unknown }[] }
  if (!Array.isArray(events)) return new Response(null, { status: 400 })
  const features = await openedFeatures()
  features.recordExposures(events.map((event) => event?.token))
  return new Response(null, { status: 204 })
}
