import { LiveflagError, shown } from '../core/errors'
import { guarded } from '../core/guarded'
import type { Problem } from '../core/problem'
import type { Change } from '../live-config/change'

/**
 * The events of a Features: a change of meaning, problems that begin and end, and whether the
 * newest content is in force.
 */
export interface Events {
  change: Change
  problem: Problem
  /** A problem that no longer holds. */
  solved: Problem
  stale: { readonly problem: Problem }
  ready: { readonly generation: number }
}

export type Listen<K extends keyof Events> = (event: Events[K]) => unknown

/**
 * Delivers each event to every listener. A listener that throws does not keep the others from
 * hearing it; the error goes to `onThrow`.
 */
export class Emitter {
  private readonly listeners: { [K in keyof Events]: Set<Listen<K>> } = {
    change: new Set(),
    problem: new Set(),
    solved: new Set(),
    stale: new Set(),
    ready: new Set(),
  }

  constructor(private readonly onThrow: (event: keyof Events, error: unknown) => void) {}

  on<K extends keyof Events>(event: K, listener: Listen<K>): void {
    if (!Object.hasOwn(this.listeners, event)) {
      const known = Object.keys(this.listeners).join(', ')
      throw new LiveflagError(
        'LIVEFLAG_BAD_OPTION',
        `on: there is no event ${shown(event)}; listen for one of ${known}`,
      )
    }
    this.listeners[event].add(listener)
  }

  off<K extends keyof Events>(event: K, listener: Listen<K>): void {
    if (Object.hasOwn(this.listeners, event)) this.listeners[event].delete(listener)
  }

  emit<K extends keyof Events>(event: K, detail: Events[K]): void {
    for (const listener of [...this.listeners[event]]) {
      guarded(
        () => listener(detail),
        (error) => this.onThrow(event, error),
      )
    }
  }

  isHeard(event: keyof Events): boolean {
    return this.listeners[event].size > 0
  }

  clear(): void {
    for (const listeners of Object.values(this.listeners)) listeners.clear()
  }
}
