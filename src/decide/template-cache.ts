import { createHash } from 'node:crypto'
import type { LRUCache } from 'lru-cache'
import { canonicalText } from '../core/canonical'
import type { JsonObject } from '../core/json'
import type { Features } from '../engine/features'
import { type RampIn, rampsIn } from '../experiments/ramp'
import { boundedCache, entryBytes } from '../runtime/bounded-cache'
import type { Template } from './answer'
import type { Origin } from './origin'

/** Some 80,000 answers. */
const MOST_BYTES = 32 * 1024 * 1024
/** A larger subject is asked anew: to write it as a text costs more than its answer. */
const LONGEST_SUBJECT = 64 * 1024
/** A longer one is cached under its hash, which costs more than to compare a short text. */
const LONGEST_KEY = 512

/** An answer without its id, and where it came from. */
export interface Kept {
  readonly template: Template
  readonly origin: Origin
}

interface Stored extends Kept {
  readonly until: number
}

/**
 * Answers that stay the same until their entry changes (docs/spec/decide.md, section 4), for so
 * many seconds. The key has the revision of the entry and the status of its experiment, so an edit,
 * a start or an end counts at once.
 */
export class TemplateCache {
  private readonly stored: LRUCache<string, Stored> | undefined
  private readonly valueBytes = new WeakMap<object, number>()
  private readonly ramps = new WeakMap<object, readonly RampIn[]>()

  constructor(
    private readonly features: Features,
    private readonly seconds: number,
    mostBytes = MOST_BYTES,
  ) {
    if (seconds > 0)
      this.stored = boundedCache(
        mostBytes,
        ({ template }, key) => entryBytes(key) + this.bytesOf(template.value),
      )
  }

  /**
   * A text for a subject with these attributes that no other has. Undefined when nothing is cached
   * for them: attributes that no text can stand for, such as a Date, are asked anew each time.
   */
  subjectKey(subject: string, attributes: JsonObject): string | undefined {
    if (this.stored === undefined) return undefined
    try {
      const text = canonicalText([subject, attributes], LONGEST_SUBJECT)
      // A canonical text begins with a bracket, which no hash does.
      return text.length > LONGEST_KEY ? createHash('sha256').update(text).digest('base64') : text
    } catch {
      return undefined
    }
  }

  /** The key of an answer, as things are now; undefined when it is not cached. */
  key(flag: string, subjectKey: string | undefined): string | undefined {
    if (subjectKey === undefined) return undefined
    const status = this.features.experiments.get(flag)?.statusAt(this.features.now()) ?? ''
    return `${flag}\0${this.features.revision(flag) ?? ''}\0${status}${this.stepOf(flag)}\0${subjectKey}`
  }

  /** The same for processes that share answers: the entry by its hash, which is the same in all. */
  sharedKey(flag: string, subjectKey: string | undefined): string | undefined {
    const entry = subjectKey === undefined ? undefined : this.features.entryOf(flag)
    if (subjectKey === undefined || entry === undefined) return undefined
    const status = this.features.experiments.get(flag)?.statusAt(this.features.now()) ?? ''
    return `${flag}\0${entry.revision}\0${status}${this.stepOf(flag)}\0${subjectKey}`
  }

  /** How far its ramps are: nobody waits for a cached answer to be let in. */
  private stepOf(flag: string): string {
    const value = this.features.definition(flag)?.value
    if (typeof value !== 'object' || value === null) return ''
    const known = this.ramps.get(value) ?? rampsIn(value)
    this.ramps.set(value, known)
    const now = known.length === 0 ? 0 : this.features.now()
    return known.map(({ ramp }) => ramp.percentAt(now).toFixed(2)).join(' ')
  }

  get(key: string | undefined, now: number): Kept | undefined {
    const stored = key === undefined ? undefined : this.stored?.get(key)
    const leftMs = stored === undefined ? 0 : stored.until - now
    // More is left than it was stored for when the clock has been set back.
    return leftMs > 0 && leftMs <= this.seconds * 1000 ? stored : undefined
  }

  /**
   * With the key from before it was decided: an edit meanwhile is not answered with what was so
   * before.
   */
  set(key: string | undefined, { template, origin }: Kept, now: number): void {
    if (key !== undefined)
      this.stored?.set(key, { template, origin, until: now + this.seconds * 1000 })
  }

  /** Of a text or of JSON. Answers share the values of the live config, so each is measured once. */
  private bytesOf(value: unknown): number {
    if (typeof value === 'string') return 2 * value.length
    if (typeof value !== 'object' || value === null) return 0
    const known = this.valueBytes.get(value) ?? 2 * JSON.stringify(value).length
    this.valueBytes.set(value, known)
    return known
  }
}
