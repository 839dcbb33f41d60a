import type { Now, StreamEvent } from '../../admin/contract'
import { apiUrl } from './client'

export type LiveStatus = Pick<Now, 'status' | 'generation' | 'staleSince'>

/** `opened`: the first status of a connection that the page waited for before it asked anything. */
type Kind = StreamEvent | 'opened' | 'lost'
type Listener = (kind: Kind, data: unknown) => void

const KINDS: readonly StreamEvent[] = ['status', 'change', 'problem', 'solved', 'fleet']

/** A proxy that holds the stream back holds the page back no longer than this. */
const PATIENCE_MS = 400

const listeners = new Set<Listener>()
let stream: EventSource | undefined
let opened: Promise<void> = Promise.resolve()
let latest: LiveStatus | undefined

/** Calls back for each event of the server, and `lost` when the connection breaks. */
export function onLive(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The newest status that the server has sent. */
export const liveStatus = (): LiveStatus | undefined => latest

/**
 * Resolves when the stream is open. What is asked from then on needs to be asked again only after an
 * event: nothing changes unseen between an answer and the first event.
 */
export const whenOpen = (): Promise<void> => opened

/** Opens the stream of events, unless it is open; the browser reconnects by itself. */
export function openStream(): void {
  if (stream && stream.readyState !== EventSource.CLOSED) return
  const source = new EventSource(apiUrl('stream'))
  stream = source
  let isAwaited = true
  opened = new Promise((resolve) => {
    const goOn = (): void => {
      isAwaited = false
      resolve()
    }
    setTimeout(goOn, PATIENCE_MS)
    for (const kind of KINDS)
      source.addEventListener(kind, ({ data }: MessageEvent<string>) => {
        const value: unknown = JSON.parse(data)
        if (kind === 'status') latest = value as LiveStatus
        emit(isAwaited ? 'opened' : kind, value)
        goOn()
      })
    source.onerror = () => {
      goOn()
      emit('lost', null)
    }
  })
}

export function closeStream(): void {
  stream?.close()
  stream = undefined
}

function emit(kind: Kind, data: unknown): void {
  for (const listener of [...listeners]) listener(kind, data)
}
