import type { StreamEvent } from '../../admin/contract'
import { apiUrl } from './client'

type Listener = (kind: StreamEvent | 'lost', data: unknown) => void

const KINDS: readonly StreamEvent[] = ['status', 'change', 'problem', 'solved']
const listeners = new Set<Listener>()
let stream: EventSource | undefined

/** Calls back for each event of the server, and `lost` when the connection breaks. */
export function onLive(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Opens the stream of events; the browser reconnects by itself. */
export function openStream(): () => void {
  stream?.close()
  const opened = new EventSource(apiUrl('stream'))
  stream = opened
  for (const kind of KINDS)
    opened.addEventListener(kind, (event: MessageEvent<string>) =>
      emit(kind, JSON.parse(event.data)),
    )
  opened.onerror = () => emit('lost', null)
  return () => opened.close()
}

function emit(kind: StreamEvent | 'lost', data: unknown): void {
  for (const listener of [...listeners]) listener(kind, data)
}
