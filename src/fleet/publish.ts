import {
  ANYTHING,
  checkOptions,
  isObject,
  oneOf,
  type OptionKinds,
  TEXT,
  TRUE_OR_FALSE,
} from '../core/options'
import type { Problem } from '../core/problem'
import { sleep } from '../runtime/wait'
import { encodeRecord, type HistoryEntry, historyKey, ROLLOUT } from '../sources/fleet-records'
import { type KeyStore, type KeyWrite, StoreError } from '../sources/key-store'
import {
  type Candidate,
  candidateOf,
  type Planned,
  planEntry,
  quarantining,
  takenBack,
  SIGNED,
  type Signed,
  writesInForce,
} from './entries'
import { type Allowed, ALLOWED, judge, quarantineOf, type Reading, type Refusal } from './judge'
import { readState, type StoreState } from './store-state'
import { sweepAfter } from './sweep'

/** What a publisher has seen, and bases its text on. */
export interface Base {
  /** Undefined: the text that is there was not published through liveflag, or there is none. */
  readonly generation: number | undefined
  /** Undefined: there is no text. */
  readonly text: string | undefined
  readonly hash: string | undefined
  /** Of the key of the text; null: there is none. */
  readonly version: string | null
}

export interface PublishOptions extends Signed, Reading {
  /**
   * What the text was made from: `published(store)`, or a number of a generation. Default: what is there when
   * the call begins.
   */
  readonly basedOn?: Base | number
  /** Publish a text that loses many features, or one that was taken back. */
  readonly allow?: readonly Allowed[]
  /** Take a generation that is being staged off its stages. Default false: it is refused. */
  readonly now?: boolean
  /** Write nothing: say what publishing would come to. Default false. */
  readonly dryRun?: boolean
  readonly signal?: AbortSignal
}

export type PublishResult =
  | {
      readonly kind: 'published'
      readonly generation: number
      readonly hash: string
      /** The generation that it replaced; null: there was none. */
      readonly basedOn: number | null
      readonly problems: readonly Problem[]
    }
  /** Nothing speaks against it; `dryRun` kept it from being written. */
  | {
      readonly kind: 'checked'
      readonly basedOn: number | null
      readonly problems: readonly Problem[]
    }
  /** The text is published already. */
  | { readonly kind: 'unchanged'; readonly generation: number | undefined; readonly hash: string }
  /** Another text has been published since: look at it, and publish again. */
  | { readonly kind: 'changed'; readonly now: Base }
  | {
      readonly kind: 'refused'
      readonly refusals: readonly Refusal[]
      readonly problems: readonly Problem[]
    }

export const READING: OptionKinds<Signed & Reading & Pick<PublishOptions, 'signal'>> = {
  ...SIGNED,
  signal: ANYTHING,
  name: TEXT,
  format: oneOf(['yaml', 'json', 'ini']),
  compat: oneOf(['liveflag', 'r2']),
  selectors: ANYTHING,
}

export const PUBLISH_OPTIONS: OptionKinds<PublishOptions> = {
  ...READING,
  basedOn: {
    fits: (value) =>
      isObject(value) ? 'version' in value : Number.isSafeInteger(value) && Number(value) > 0,
    wanted: 'what published resolved to (await it), or the number of a generation',
  },
  allow: {
    fits: (value) =>
      Array.isArray(value) && value.every((one) => ALLOWED.some((known) => known === one)),
    wanted: `a list of ${ALLOWED.join(' and ')}`,
  },
  now: TRUE_OR_FALSE,
  dryRun: TRUE_OR_FALSE,
}

/** A number is taken by another publisher in between so many times at most. */
const MOST_ATTEMPTS = 50
const LONGEST_PAUSE_MS = 2000

/** What is published now: base an edit on it. */
export async function published(store: KeyStore, signal?: AbortSignal): Promise<Base> {
  return baseOf(await readState(store, signal))
}

export const baseOf = ({ head, current }: StoreState): Base => ({
  generation: current?.generation,
  text: head?.text,
  hash: head?.hash,
  version: head?.version ?? null,
})

/**
 * Publishes a text as the next generation: checked as every process checks it, and only while what
 * it is based on is still there.
 *
 * @example
 * const base = await published(store)
 * await publish(store, `${base.text}\nfeature_b: on\n`, { basedOn: base, by: 'ann', reason: 'launch' })
 */
export async function publish(
  store: KeyStore,
  text: string,
  options: PublishOptions = {},
): Promise<PublishResult> {
  checkOptions('publish', options, PUBLISH_OPTIONS)
  return publishAs(store, candidateOf(text, 'publish', options), options)
}

/** Publishes a text of any kind. */
export async function publishAs(
  store: KeyStore,
  candidate: Candidate,
  options: PublishOptions,
): Promise<PublishResult> {
  const attempt = new Attempt(store, candidate, options)
  for (let tries = 0; tries < MOST_ATTEMPTS; tries++) {
    const result = await attempt.make()
    if (result?.kind === 'published') await sweepAfter(store, result.generation)
    if (result) return result
    options.signal?.throwIfAborted()
  }
  throw new StoreError('unreachable', store.name, 'others are publishing all the time', 'try again')
}

/** Whether a text may take the place of what is there. */
export async function refusalsOf(
  { text, hash, wasInForce, isJudged, takesBack }: Candidate,
  { head, staged, quarantined }: StoreState,
  options: PublishOptions & { readonly store: string },
): Promise<Pick<PublishResult & { kind: 'refused' }, 'refusals' | 'problems'>> {
  const judged = await judge(text, head?.text, options)
  const again = quarantineOf(hash, quarantined)
  const staging: Refusal | undefined =
    staged && options.now !== true && takesBack === undefined
      ? {
          code: 'staging',
          message: `generation ${staged.rollout.generation} is being staged, at ${staged.rollout.percent} %`,
        }
      : undefined
  // Also what was in force is refused where another tool wrote it, and nobody could read it.
  const isPast = wasInForce === true && judged.isReadable
  const past = isPast ? ['problems', 'shrink', 'quarantined'] : isJudged ? ['problems'] : []
  const allowed = new Set<string>([...past, ...(options.allow ?? [])])
  const refusals = [...judged.refusals, ...(again ? [again] : []), ...(staging ? [staging] : [])]
  return {
    refusals: refusals.filter(({ code }) => !allowed.has(code)),
    problems: judged.problems,
  }
}

/** How the processes read a text of this store. */
export const readAs = <Options extends Reading>(
  { name }: KeyStore,
  options: Options,
): Options & { readonly store: string } => ({ ...options, store: name })

/** Whether what is there is what the publisher has seen. */
export const isBase = (state: StoreState, base: Base | number): boolean =>
  typeof base === 'number'
    ? state.current?.generation === base
    : (state.head?.version ?? null) === base.version

class Attempt {
  private base: Base | number | undefined
  /** Entries that this call tried to write: a store may have written them, and failed to say so. */
  private readonly tried: string[] = []
  /** Writes in a row of which nobody knows whether they were made, though the store can be read. */
  private lost = 0
  /** Another publisher's generation of the same text, which this call has put in force before its own. */
  private helped: number | undefined

  constructor(
    private readonly store: KeyStore,
    private readonly candidate: Candidate,
    private readonly options: PublishOptions,
  ) {
    this.base = options.basedOn
  }

  /** Undefined: the number was taken meanwhile, or nobody knows; look again. */
  async make(): Promise<PublishResult | undefined> {
    const { store, candidate, options } = this
    const state = await this.read()
    const isHelped = state.current !== undefined && state.current.generation === this.helped
    if (state.head?.hash === candidate.hash && this.isOwn(state.current))
      return this.publishedAs(state.current, [])
    if (state.head?.hash === candidate.hash && !isHelped) return this.keep(state)
    if (isHelped) this.base = baseOf(state)
    this.base ??= baseOf(state)
    if (!isBase(state, this.base)) return { kind: 'changed', now: baseOf(state) }
    if (typeof this.base === 'number') this.base = baseOf(state)
    const { refusals, problems } = await refusalsOf(candidate, state, readAs(store, options))
    if (refusals.length > 0) return { kind: 'refused', refusals, problems }
    if (options.dryRun)
      return { kind: 'checked', basedOn: state.current?.generation ?? null, problems }
    return this.put(planEntry(candidate, state, store.isAtomic), state, problems)
  }

  /** Undefined where the entry is another publisher's: then its text is there, and one's own follows. */
  private async put(
    planned: Planned,
    state: StoreState,
    problems: readonly Problem[],
  ): Promise<PublishResult | undefined> {
    const { entry, isOwn } = planned
    if (isOwn) this.tried.push(encoded(entry))
    const isWritten = await this.write(writesInForce(planned, state))
    if (isWritten && isOwn) return this.publishedAs(entry, problems)
    if (isWritten) this.helped = entry.generation
    return undefined
  }

  /** The text is there. Of a generation that is staged over it nothing stays. */
  private async keep({ current, staged, over }: StoreState): Promise<PublishResult | undefined> {
    const { hash, takesBack, by = null, reason = null } = this.candidate
    const unchanged = { kind: 'unchanged', generation: current?.generation, hash } as const
    const { now, dryRun } = this.options
    const left = now === true || takesBack ? (staged ?? over) : over
    if (left === undefined || dryRun) return unchanged
    const { rollout, version } = left
    const isWritten = await this.write([
      ...(takesBack && staged
        ? [quarantining(rollout, { reason: takenBack(takesBack, by, reason), hosts: [], by })]
        : []),
      { key: ROLLOUT, bytes: undefined, basedOn: version },
    ])
    return isWritten ? unchanged : undefined
  }

  private publishedAs(
    { generation, hash, basedOn }: HistoryEntry,
    problems: readonly Problem[],
  ): PublishResult {
    return { kind: 'published', generation, hash, basedOn, problems }
  }

  private isOwn(entry: HistoryEntry | undefined): entry is HistoryEntry {
    return entry !== undefined && this.tried.includes(encoded(entry))
  }

  private async write(writes: readonly KeyWrite[]): Promise<boolean> {
    const { signal } = this.options
    try {
      const { written } = await this.store.write(writes, signal)
      this.lost = 0
      return written
    } catch (error) {
      if (!(error instanceof StoreError) || error.kind !== 'unreachable') throw error
      await this.pauseAfter(error)
      // It may have been written. What is there says so, and the next attempt reads it.
      return false
    }
  }

  /** A store that can be read and never takes a write says why: nobody else is to blame. */
  private async pauseAfter(error: StoreError): Promise<void> {
    const { signal } = this.options
    const pause = this.lost === 0 ? 0 : 50 * 2 ** this.lost
    this.lost++
    if (pause > LONGEST_PAUSE_MS) throw error
    await sleep(pause, { keepAlive: true, ...(signal && { signal }) })
  }

  /** After a write of which nobody knows whether it was made, a store that is away is waited for. */
  private async read(): Promise<StoreState> {
    const { signal } = this.options
    for (let pause = 100; ; pause *= 2) {
      try {
        return await readState(this.store, signal)
      } catch (error) {
        const mayPass = error instanceof StoreError && error.kind === 'unreachable'
        if (!mayPass || this.tried.length === 0 || pause > LONGEST_PAUSE_MS) throw error
        await sleep(pause, { keepAlive: true, ...(signal && { signal }) })
      }
    }
  }
}

const encoded = (entry: HistoryEntry): string =>
  `${historyKey(entry.generation)} ${new TextDecoder().decode(encodeRecord(entry))}`
