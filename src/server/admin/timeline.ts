import { type Problem, problemText } from '../../core/problem'
import type { Features } from '../../engine/features'
import type { Change } from '../../live-config/change'
import type { ServerDatabase } from '../database'
import { StoredMap } from '../stored-map'
import type { TimelineChange, TimelineEvent } from './contract'

const MOST_EVENTS = 100
/** A change may be of thousands of entries. */
const MOST_NAMES = 100
const MOST_EDITS = 20

/** The last things that happened to the live config. */
export class Timeline {
  private readonly stored: StoredMap<TimelineEvent>
  private next: number

  constructor(
    private readonly features: Pick<Features, 'on' | 'off' | 'now'>,
    database: ServerDatabase | undefined,
  ) {
    this.stored = new StoredMap(database, 'timeline')
    this.next = Number(this.stored.entries().at(-1)?.[0] ?? 0) + 1
    features
      .on('change', this.onChange)
      .on('problem', this.onProblem)
      .on('solved', this.onSolved)
      .on('stale', this.onStale)
      .on('ready', this.onReady)
  }

  /** The newest first. */
  get events(): readonly TimelineEvent[] {
    return this.stored
      .entries()
      .map(([, event]) => event)
      .slice(-MOST_EVENTS)
      .reverse()
  }

  close(): void {
    this.features
      .off('change', this.onChange)
      .off('problem', this.onProblem)
      .off('solved', this.onSolved)
      .off('stale', this.onStale)
      .off('ready', this.onReady)
  }

  private readonly onChange = (change: Change): void =>
    this.add(changeEvent(change, this.features.now()))

  private readonly onProblem = (problem: Problem): void => this.addState('problem', problem)

  private readonly onSolved = (problem: Problem): void => this.addState('solved', problem)

  private readonly onStale = ({ problem }: { readonly problem: Problem }): void =>
    this.addState('stale', problem)

  private readonly onReady = ({ generation }: { readonly generation: number }): void => {
    const text = `generation ${generation} is in force, and is the newest`
    this.add({ kind: 'ready', at: this.features.now(), text, feature: null })
  }

  private addState(kind: 'stale' | 'problem' | 'solved', problem: Problem): void {
    const { feature = null } = problem
    this.add({ kind, at: this.features.now(), text: problemText(problem), feature })
  }

  private add(event: TimelineEvent): void {
    this.stored.set(String(this.next++), event)
    for (const [key] of this.stored.entries().slice(0, -MOST_EVENTS)) this.stored.delete(key)
  }
}

export const changeEvent = (
  { generation, added, changed, removed, edits }: Change,
  at: number,
): TimelineChange => ({
  kind: 'change',
  at,
  generation,
  added: added.slice(0, MOST_NAMES),
  changed: changed.slice(0, MOST_NAMES),
  removed: removed.slice(0, MOST_NAMES),
  edits: edits.slice(0, MOST_EDITS),
  by: null,
  reason: null,
})
