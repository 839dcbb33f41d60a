import { createHash } from 'node:crypto'
import { isJsonObject, type JsonValue } from '../core/json'
import { systemClock } from '../runtime/clock'
import { withinTime } from '../runtime/wait'
import type { AnswerStore } from './answer-store'
import { answerOf } from './evaluator'
import type { Answered } from './judge'
import type { Kept } from './template-cache'

/** How long an answer waits for those of others at most: it is decided without them then. */
const PATIENCE_MS = 250
/** After an answer that came too late nobody waits for so long; then one asks again. */
const REST_MS = 1000

/**
 * The answers that other processes gave, by keys that are undefined where nothing is kept. Whoever
 * answers first has answered for all of them. What fails is reported, and counts as nothing found.
 */
export class SharedAnswers {
  constructor(
    private readonly store: AnswerStore | undefined,
    private readonly ttlMs: number,
    timeoutMs: number,
    private readonly failed: (error: unknown) => void,
  ) {
    this.patienceMs = Math.min(PATIENCE_MS, timeoutMs)
  }

  private readonly patienceMs: number
  /** Set while the store is late. */
  private restsUntil: number | undefined

  get isShared(): boolean {
    return this.store !== undefined && this.ttlMs > 0
  }

  async find(keys: readonly (string | undefined)[]): Promise<readonly (Kept | undefined)[]> {
    const known = keys.flatMap((key) => (key === undefined ? [] : [key]))
    const { store } = this
    if (!this.isShared || !store || known.length === 0) return keys.map(() => undefined)
    const texts = await this.inTime(() => store.get(known.map(nameOf)), [])
    const found = new Map(known.map((key, i) => [key, keptIn(texts[i] ?? '')]))
    return keys.map((key) => (key === undefined ? undefined : found.get(key)))
  }

  /** Replaces each answer that somebody else has given meanwhile by theirs. */
  async settle(
    keys: readonly (string | undefined)[],
    answers: readonly Answered[],
  ): Promise<readonly Answered[]> {
    if (!this.isShared) return answers
    return Promise.all(answers.map((answered, i) => this.first(keys[i], answered)))
  }

  async close(): Promise<void> {
    await this.store?.close()
  }

  private async first(key: string | undefined, answered: Answered): Promise<Answered> {
    const { store } = this
    if (key === undefined || !answered.lasts || !store) return answered
    const own = textOf(answered)
    const text = await this.inTime(() => store.keepFirst(nameOf(key), own, this.ttlMs), own)
    const first = text === own ? undefined : keptIn(text)
    if (!first || JSON.stringify(first.template) === JSON.stringify(templateIn(answered)))
      return answered
    const { template, origin } = first
    return { result: answerOf(template), origin, isWritten: false, lasts: true }
  }

  private async inTime<T>(ask: () => Promise<T>, otherwise: T): Promise<T> {
    if (this.isResting()) return otherwise
    const late = (): T => {
      this.rest()
      this.failed(new Error(`the shared answers did not come within ${this.patienceMs} ms`))
      return otherwise
    }
    const asked = async (): Promise<T> => {
      const answer = await ask()
      this.restsUntil = undefined
      return answer
    }
    try {
      return await withinTime(asked(), this.patienceMs, late)
    } catch (error) {
      this.failed(error)
      return otherwise
    }
  }

  /** Once the rest is over, whoever asks first tries the store, and the others still do not wait. */
  private isResting(): boolean {
    if (this.restsUntil === undefined) return false
    if (systemClock.now() < this.restsUntil) return true
    this.rest()
    return false
  }

  private rest(): void {
    this.restsUntil = systemClock.now() + REST_MS
  }
}

/** Attributes of visitors are in the key: nobody reads them in a store. */
const nameOf = (key: string): string => createHash('sha256').update(key).digest('base64url')

const templateIn = ({ result: { decisionId: _, ...template } }: Answered): Kept['template'] =>
  template

const textOf = (answered: Answered): string =>
  JSON.stringify({ template: templateIn(answered), origin: answered.origin })

/** Of the kind that `textOf` writes; anything else, as of another version, is nothing. */
function keptIn(text: string): Kept | undefined {
  try {
    const value = JSON.parse(text) as JsonValue
    if (!isJsonObject(value) || !isJsonObject(value.template) || !isJsonObject(value.origin))
      return undefined
    const { flag, reason, experimentId, variantId, value: answer } = value.template
    const isWhole = [flag, reason].every((one) => typeof one === 'string') && answer !== undefined
    const isNamed = [experimentId, variantId].every(
      (one) => one === null || typeof one === 'string',
    )
    // Its members are those that are read of it.
    return isWhole && isNamed ? (value as unknown as Kept) : undefined
  } catch {
    return undefined
  }
}
