import type { Features } from '../engine/features'
import { Alarm } from '../runtime/alarm'
import type { AnswerStream } from './route'
import { setImmediate } from '../runtime/timers'

/** One open stream of server-sent events. */
export type EventSink = Pick<AnswerStream, 'write' | 'close' | 'bufferedBytes'>

/** What streams of one kind say. */
export interface StreamMessages {
  /** Names the content that their clients have, or are to fetch. A client that comes back says it. */
  contentId(): string
  /** What every stream begins with, its id included; `random` is from 0 to 1. */
  opening(random: number): string
  /** Sent after a change, and to a client that has missed one. */
  change(): string
  /** Sends nothing after a change that leaves the id as it was. */
  readonly skipsEqual?: true
  /** Keeps an idle stream open. */
  readonly heartbeat: string
}

export interface ChangeStreamOptions {
  /** Changes within this time are one notification. */
  readonly coalesceMs: number
  /** Notifications are spread over this time, so that clients do not all come back at once. */
  readonly spreadMs: number
  /** How often something is sent to idle streams, so that nobody between closes them. */
  readonly heartbeatMs: number
  /** From 0 to 1, for spreading; Math.random but in tests. */
  readonly random: () => number
  readonly now: () => number
  /** Default: the timers of Node. */
  readonly alarm?: (ring: () => void) => Pick<Alarm, 'set' | 'ringWithin' | 'clear'>
}

/** A reader that is this far behind is closed; it comes back and fetches. */
const MOST_BUFFERED = 64 * 1024
/** After a change this recent, a client that is new may hold an answer from before it. */
const RECENT_MS = 60_000
/** Streams that are written to before others get their turn. */
const SLICE = 200
/** How often a slice is sent while notifications are spread. */
const STEP_MS = 50

/**
 * Notifies every open stream of a change. Only the newest content matters: a stream has at most one
 * notification to come.
 */
export class ChangeStreams {
  private readonly open = new Set<EventSink>()
  private due: EventSink[] = []
  /** The content that clients have; undefined before the first has come. */
  private notifiedOf: string | undefined
  private changedAt = -Infinity
  private readonly coalescing: Pick<Alarm, 'ringWithin' | 'clear'>
  private readonly spreading: Pick<Alarm, 'set' | 'clear'>
  private readonly heartbeat: Pick<Alarm, 'set' | 'clear'>

  constructor(
    private readonly features: Pick<Features, 'on' | 'off'>,
    private readonly messages: StreamMessages,
    private readonly options: ChangeStreamOptions,
  ) {
    const { alarm = (ring: () => void) => new Alarm(ring) } = options
    this.coalescing = alarm(() => this.notifyAll())
    this.spreading = alarm(() => this.sendSlice())
    this.heartbeat = alarm(() => this.beat())
    this.heartbeat.set(options.heartbeatMs)
    features.on('change', this.onChange)
  }

  get size(): number {
    return this.open.size
  }

  /**
   * Begins a stream. Its first event gives the client an id, so that a reconnecting client says which
   * content it has seen.
   *
   * @returns a function for when the client has gone
   */
  add(sink: EventSink, lastEventId: string | undefined): () => void {
    const { messages, options } = this
    this.notifiedOf ??= messages.contentId()
    sink.write(messages.opening(options.random()))
    const isBehind =
      lastEventId === undefined
        ? options.now() - this.changedAt < RECENT_MS
        : lastEventId !== messages.contentId()
    if (isBehind) sink.write(messages.change())
    this.open.add(sink)
    return () => this.open.delete(sink)
  }

  /** Ends all streams. Their clients connect again, to a server that answers then. */
  close(): void {
    this.features.off('change', this.onChange)
    this.heartbeat.clear()
    this.coalescing.clear()
    this.spreading.clear()
    for (const sink of this.open) sink.close()
    this.open.clear()
    this.due = []
  }

  private readonly onChange = (): void => {
    this.changedAt = this.options.now()
    this.coalescing.ringWithin(this.options.coalesceMs)
  }

  private notifyAll(): void {
    const { random } = this.options
    if (this.open.size === 0) return void (this.notifiedOf = undefined)
    const id = this.messages.contentId()
    if (this.messages.skipsEqual && id === this.notifiedOf) return
    this.notifiedOf = id
    this.due = [...this.open]
      .map((sink) => ({ sink, order: random() }))
      .sort((a, b) => a.order - b.order)
      .map(({ sink }) => sink)
    this.sendSlice()
  }

  private sendSlice(): void {
    const { spreadMs } = this.options
    const steps = Math.max(1, Math.ceil(spreadMs / STEP_MS))
    const size = spreadMs === 0 ? SLICE : Math.max(1, Math.ceil(this.open.size / steps))
    const text = this.messages.change()
    for (const sink of this.due.splice(0, size)) if (this.open.has(sink)) this.send(sink, text)
    if (this.due.length === 0) return
    if (spreadMs === 0) setImmediate(() => this.sendSlice())
    else this.spreading.set(STEP_MS)
  }

  private beat(): void {
    for (const sink of this.open) this.send(sink, this.messages.heartbeat)
    this.heartbeat.set(this.options.heartbeatMs)
  }

  private send(sink: EventSink, text: string): void {
    if (sink.bufferedBytes > MOST_BUFFERED) {
      this.open.delete(sink)
      sink.close()
    } else sink.write(text)
  }
}

/** One server-sent event. */
export const frame = (id: string, event: string, data: string): string =>
  `id: ${id}\nevent: ${event}\ndata: ${data}\n\n`
