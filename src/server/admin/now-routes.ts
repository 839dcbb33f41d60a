import type { Problem } from '../../core/problem'
import type { Change } from '../../live-config/change'
import type { Features } from '../../engine/features'
import { Alarm } from '../../runtime/alarm'
import { titleOf } from '../../sources/source-title'
import type { AnswerStream, Operation, Route } from '../route'
import type { Now } from './contract'
import type { Dashboard } from './dashboard'
import { refTo } from './schemas'

const NOW: Operation = {
  id: 'now',
  summary: 'What is in force, source by source, what is wrong, and what happened last',
  answers: { 200: { description: 'As of now.', schema: refTo('Now') } },
}

const STREAM: Operation = {
  id: 'dashboardStream',
  summary: 'Server-sent events: status, change, problem, solved, fleet',
  answers: {
    200: {
      description: 'Begins with a status. After a reconnection ask /api/v1/now again.',
      contentType: 'text/event-stream',
      schema: { type: 'string' },
    },
  },
}

/** What the page at 3 a.m. shows, and a stream of what changes of it. */
export function nowRoutes(dashboard: Dashboard): readonly Route[] {
  const streams = new DashboardStreams(dashboard)
  dashboard.context.onClose(() => streams.close())
  const common = { method: 'GET', scope: 'viewer', forSessions: true } as const
  return [
    {
      ...common,
      path: '/api/v1/now',
      operation: NOW,
      handle: async () => ({ status: 200, json: await nowOf(dashboard) }),
    },
    {
      ...common,
      path: '/api/v1/stream',
      operation: STREAM,
      handle: () => ({
        status: 200,
        headers: {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-cache, no-transform',
          'x-accel-buffering': 'no',
        },
        stream: (sink) => streams.add(sink),
      }),
    },
  ]
}

/** Problems beyond are counted alone. */
const MOST_PROBLEMS = 500

async function nowOf({ context, texts, timeline }: Dashboard): Promise<Now> {
  const { features, readiness, now } = context
  const { snapshot } = features
  const problems = [...snapshot.problems].sort(
    (a, b) => rankOf(a) - rankOf(b) || (a.line ?? 0) - (b.line ?? 0),
  )
  return {
    status: snapshot.status,
    staleSince: readiness.staleSince ?? null,
    generation: snapshot.generation,
    hash: snapshot.hash,
    loadedAt: snapshot.loadedAt.getTime(),
    ageMs: snapshot.ageMs ?? null,
    at: now(),
    features: snapshot.names.length,
    sources: snapshot.sources.map(({ name, status, since, ageMs, generation, problems: own }) => ({
      name,
      title: titleOf(name),
      status,
      since,
      ageMs: ageMs ?? null,
      generation,
      problems: own.length,
    })),
    problems: await texts.withExcerpts(problems.slice(0, MOST_PROBLEMS)),
    heldBack: snapshot.heldBack,
    rejected: snapshot.rejected,
    timeline: timeline.events,
  }
}

const rankOf = ({ severity }: Problem): number => (severity === 'error' ? 0 : 1)

const HEARTBEAT_MS = 20_000
/** A reader that is this far behind is closed; it comes back and asks again. */
const MOST_BUFFERED = 64 * 1024

/** Sends what changes to every open page. */
class DashboardStreams {
  private readonly open = new Set<AnswerStream>()
  private readonly heartbeat = new Alarm(() => this.beat())

  constructor(private readonly dashboard: Dashboard) {
    this.features
      .on('change', this.onChange)
      .on('problem', this.onProblem)
      .on('solved', this.onSolved)
      .on('stale', this.onStatus)
      .on('ready', this.onStatus)
    dashboard.onFleet((event) => this.send(() => eventOf('fleet', event)))
    this.heartbeat.set(HEARTBEAT_MS)
  }

  add(sink: AnswerStream): void {
    const { fleetWatch } = this.dashboard
    fleetWatch.open()
    const fleets = fleetWatch.latest().map((event) => eventOf('fleet', event))
    sink.write(`retry: 2000\n\n${this.status()}${fleets.join('')}`)
    this.open.add(sink)
    sink.onClose(() => {
      this.open.delete(sink)
      if (this.open.size === 0) fleetWatch.close()
    })
  }

  close(): void {
    this.heartbeat.clear()
    this.features
      .off('change', this.onChange)
      .off('problem', this.onProblem)
      .off('solved', this.onSolved)
      .off('stale', this.onStatus)
      .off('ready', this.onStatus)
    for (const sink of this.open) sink.close()
    this.open.clear()
  }

  private get features(): Features {
    return this.dashboard.context.features
  }

  private readonly onChange = (change: Change): void => {
    if (this.open.size === 0) return
    const event = this.dashboard.timeline.changeEvent(change)
    if (event instanceof Promise)
      void event.then((signed) => this.send(() => eventOf('change', signed)))
    this.send(() => (event instanceof Promise ? '' : eventOf('change', event)) + this.status())
  }

  private readonly onProblem = (problem: Problem): void => void this.sendProblem('problem', problem)

  private readonly onSolved = (problem: Problem): void => void this.sendProblem('solved', problem)

  private readonly onStatus = (): void => this.send(() => this.status())

  private async sendProblem(event: string, problem: Problem): Promise<void> {
    if (this.open.size === 0) return
    const [view] = await this.dashboard.texts.withExcerpts([problem])
    this.send(() => eventOf(event, view))
  }

  private beat(): void {
    this.send(() => ':\n\n')
    this.heartbeat.set(HEARTBEAT_MS)
  }

  private status(): string {
    const { status, generation } = this.features.content
    const staleSince = this.dashboard.context.readiness.staleSince ?? null
    return eventOf('status', { status, generation, staleSince })
  }

  /** The text is made once, and only for somebody. */
  private send(text: () => string): void {
    if (this.open.size === 0) return
    const made = text()
    for (const sink of this.open)
      if (sink.bufferedBytes > MOST_BUFFERED) sink.close()
      else sink.write(made)
  }
}

const eventOf = (event: string, data: unknown): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
