import type { IncomingMessage, ServerResponse } from 'node:http'
import { isJsonList, isJsonObject, type JsonValue, own } from '../core/json'
import type { Features } from '../engine/features'

/** More than a page sends at once. */
const MOST_BYTES = 1024 * 1024
const MOST_TOKENS = 1000

/**
 * Receives the exposures that `liveflag/client` sends, for an application without liveflag's server:
 * `onExposure` of `openFeatures` gets them. Only what `bootstrap` sealed within a day counts. It
 * answers 204, and 400 or 413 on what is no such request. For node:http, Express and what takes
 * their handlers; behind a body parser it takes what that has read.
 *
 * @example app.post('/events', exposureHandler(features))
 */
export function exposureHandler(
  features: Features,
): (req: IncomingMessage & { readonly body?: unknown }, res: ServerResponse) => void {
  return (req, res) => {
    const end = (status: number): void => void res.writeHead(status).end()
    const take = (text: string): void => end(recordIn(features, text) ? 204 : 400)
    if (typeof req.body === 'string') return take(req.body)
    if (isJsonObject(req.body as JsonValue)) return take(JSON.stringify(req.body))
    const chunks: Buffer[] = []
    let bytes = 0
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= MOST_BYTES) chunks.push(chunk)
    })
    req.on('end', () => (bytes > MOST_BYTES ? end(413) : take(Buffer.concat(chunks).toString())))
  }
}

/** False when the text is not what a client sends. */
function recordIn(features: Features, text: string): boolean {
  const events = eventsIn(text)
  if (events === undefined || events.length > MOST_TOKENS) return false
  features.recordExposures(
    events.map((event) => (isJsonObject(event) ? own(event, 'token') : undefined)),
  )
  return true
}

function eventsIn(text: string): readonly JsonValue[] | undefined {
  try {
    const body = JSON.parse(text) as JsonValue
    const events = isJsonObject(body) ? own(body, 'events') : undefined
    return isJsonList(events) ? events : undefined
  } catch {
    return undefined
  }
}
