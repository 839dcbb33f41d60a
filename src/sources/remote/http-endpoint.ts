import type { BeginEndpoint } from './endpoint'
import type { Settings } from './options'
import { pull } from './pull'
import { EventStream } from './stream'

/** A URL that is pulled, and its stream when there is one. */
export const httpEndpoint =
  (settings: Settings): BeginEndpoint =>
  (listener, signal) => ({
    pull: (etag) => pull(settings, etag, signal),
    stream: settings.stream && new EventStream(settings.stream, settings, listener, signal),
  })
