import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { canonicalJson, type JsonObject } from '../core/json'
import type { Features } from '../features'
import { isCacheable, type Template } from './answer'

const MOST_ANSWERS = 100_000

interface Kept {
  readonly template: Template
  readonly until: number
}

/**
 * Answers that stay the same until their entry changes (spec/decide.md, section 4), for so many seconds. The key has the
 * revision of the entry and whether its experiment runs now, so an edit, a start or an end counts at once.
 */
export class TemplateCache {
  private readonly kept: LRUCache<string, Kept> | undefined

  constructor(
    private readonly features: Features,
    private readonly seconds: number,
  ) {
    this.kept = seconds > 0 ? new LRUCache({ max: MOST_ANSWERS }) : undefined
  }

  /** What one subject's attributes come to; undefined when nothing is kept for them. */
  subjectKey(subject: string, attributes: JsonObject): string | undefined {
    if (this.kept === undefined) return undefined
    try {
      return `${JSON.stringify(subject)}\0${createHash('sha256').update(canonicalJson(attributes)).digest('base64')}`
    } catch {
      // Attributes that JSON cannot write, such as one within itself: they are asked anew each time.
      return undefined
    }
  }

  get(flag: string, subjectKey: string | undefined, now: number): Template | undefined {
    if (subjectKey === undefined) return undefined
    const kept = this.kept?.get(this.key(flag, subjectKey, now))
    return kept !== undefined && now < kept.until ? kept.template : undefined
  }

  set(template: Template, subjectKey: string | undefined, now: number): void {
    if (subjectKey === undefined || !isCacheable(template)) return
    this.kept?.set(this.key(template.flag, subjectKey, now), { template, until: now + this.seconds * 1000 })
  }

  private key(flag: string, subjectKey: string, now: number): string {
    const runs = this.features.experiments.get(flag)?.isRunning(now) === true
    return `${flag}\0${this.features.revision(flag) ?? ''}\0${runs ? '+' : '-'}\0${subjectKey}`
  }
}
