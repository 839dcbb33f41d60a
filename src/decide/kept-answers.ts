import type { JsonObject } from '../core/json'
import type { Answered } from './judge'
import type { Settled } from './settings'
import { SharedAnswers } from './shared-answers'
import { type Kept, TemplateCache } from './template-cache'

/** The answers that are given again: those of this process, and those that processes share. */
export class KeptAnswers {
  private readonly own: TemplateCache
  private readonly shared: SharedAnswers

  constructor(
    { features, answers, cacheTtlSeconds, timeoutMs }: Settled,
    failed: (error: unknown) => void,
  ) {
    this.own = new TemplateCache(features, cacheTtlSeconds)
    this.shared = new SharedAnswers(answers, cacheTtlSeconds * 1000, timeoutMs, failed)
  }

  get isShared(): boolean {
    return this.shared.isShared
  }

  ask(flags: readonly string[], subject: string, attributes: JsonObject): AskedAnswers {
    const subjectKey = this.own.subjectKey(subject, attributes)
    const keys = flags.map((flag) => this.own.key(flag, subjectKey))
    const sharedKeys = this.isShared
      ? flags.map((flag) => this.own.sharedKey(flag, subjectKey))
      : []
    return new AskedAnswers(this.own, this.shared, keys, sharedKeys)
  }

  close(): Promise<void> {
    return this.shared.close()
  }
}

type Key = string | undefined

/** What is kept for some flags of one subject. Keys are from when the question came. */
export class AskedAnswers {
  constructor(
    private readonly own: TemplateCache,
    private readonly shared: SharedAnswers,
    private readonly keys: readonly Key[],
    private readonly sharedKeys: readonly Key[],
  ) {}

  /** In this process; undefined where nothing is kept. */
  found(now: number): readonly (Kept | undefined)[] {
    return this.keys.map((key) => this.own.get(key, now))
  }

  /** In this process, or else where processes share answers. */
  async foundAnywhere(now: number): Promise<readonly (Kept | undefined)[]> {
    const here = this.found(now)
    const asked = this.sharedKeys.map((key, i) => (here[i] === undefined ? key : undefined))
    const there = await this.shared.find(asked)
    there.forEach((one, i) => one && this.own.set(this.keys[i], one, now))
    return here.map((one, i) => one ?? there[i])
  }

  /** The answers to what was not found; where somebody else came first, theirs. */
  settled(
    found: readonly (Kept | undefined)[],
    decided: readonly Answered[],
  ): Promise<readonly Answered[]> {
    return this.shared.settle(
      this.sharedKeys.filter((_, i) => found[i] === undefined),
      decided,
    )
  }

  keep(
    at: number,
    { result: { decisionId: _, ...template }, origin }: Answered,
    now: number,
  ): void {
    this.own.set(this.keys[at], { template, origin }, now)
  }
}
