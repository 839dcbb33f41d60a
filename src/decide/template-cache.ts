import { createHash } from 'node:crypto'
import type { LRUCache } from 'lru-cache'
import { canonicalJson, type JsonObject } from '../core/json'
import type { Features } from '../engine/features'
import { boundedCache } from '../runtime/bounded-cache'
import type { Template } from './answer'

const MOST_ANSWERS = 100_000

interface Kept {
  readonly template: Template
  readonly until: number
}

/**
 * Answers that stay the same until their entry changes (docs/spec/decide.md, section 4), for so
 * many seconds. The key has the revision of the entry and the status of its experiment, so an edit,
 * a start or an end counts at once.
 */
export class TemplateCache {
  private readonly kept: LRUCache<string, Kept> | undefined

  constructor(
    private readonly features: Features,
    private readonly seconds: number,
  ) {
    this.kept = seconds > 0 ? boundedCache(MOST_ANSWERS) : undefined
  }

  /** What one subject's attributes come to; undefined when nothing is kept for them. */
  subjectKey(subject: string, attributes: JsonObject): string | undefined {
    if (this.kept === undefined) return undefined
    try {
      return `${JSON.stringify(subject)}\0${createHash('sha256').update(canonicalJson(attributes)).digest('base64')}`
    } catch {
      // Attributes that JSON cannot write, such as one within itself: they are asked anew each
      // time.
      return undefined
    }
  }

  /** Under what an answer is kept, as things are now; undefined: it is not. */
  key(flag: string, subjectKey: string | undefined): string | undefined {
    if (subjectKey === undefined) return undefined
    const status = this.features.experiments.get(flag)?.statusAt(this.features.now()) ?? ''
    return `${flag}\0${this.features.revision(flag) ?? ''}\0${status}\0${subjectKey}`
  }

  get(key: string | undefined, now: number): Template | undefined {
    const kept = key === undefined ? undefined : this.kept?.get(key)
    return kept !== undefined && now < kept.until ? kept.template : undefined
  }

  /**
   * With the key from before it was decided: an edit meanwhile is not answered with what was so
   * before.
   */
  set(key: string | undefined, template: Template, now: number): void {
    if (key !== undefined) this.kept?.set(key, { template, until: now + this.seconds * 1000 })
  }
}
