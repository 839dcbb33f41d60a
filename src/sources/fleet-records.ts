/**
 * What is kept beside the text of a live config in a store: the shapes that the publisher and the
 * processes of a fleet agree on, with what reads them. Everything here is pure.
 */
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from '../core/json'
import { contentHash } from './bytes'

/** The key of the text itself. It alone says what is published. */
export const HEAD = ''
export const ROLLOUT = 'rollout'
export const HISTORY = 'history/'
export const QUARANTINE = 'quarantine/'
export const ACKS = 'acks/'

/** With leading zeros, so that stores list generations in their order. */
const numbered = (generation: number): string => String(generation).padStart(9, '0')

export const historyKey = (generation: number): string => HISTORY + numbered(generation)
export const quarantineKey = (generation: number): string => QUARANTINE + numbered(generation)
/** A host's name may have any character; a key may not. */
export const ackKey = ({ host, process: own }: Pick<Ack, 'host' | 'process'>): string =>
  `${ACKS}${encodeURIComponent(host).replace(/\./g, '%2E')}-${own}`

/** The number at the end of a key; undefined where there is none. */
export function generationOf(key: string): number | undefined {
  const [, digits] = /\/(\d{9,15})$/.exec(key) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/**
 * Why there is an entry. `outside`: another tool wrote the text, which was seen when the next
 * generation was published. `staged`: it is in force when its stages are through.
 */
export type HistoryKind = 'publish' | 'rollback' | 'staged' | 'outside'

/** `history/000000012`: written once, never changed. */
export interface HistoryEntry {
  readonly generation: number
  readonly kind: HistoryKind
  readonly text: string
  /** SHA-256 of the text in UTF-8, in lower-case hex. */
  readonly hash: string
  /** The generation that it replaces; null: there was none. */
  readonly basedOn: number | null
  /** Null: nobody that is known. */
  readonly by: string | null
  readonly reason: string | null
  /** Milliseconds since 1970, by the publisher's clock. */
  readonly at: number
  /** The generation whose text a rollback puts back. */
  readonly of?: number
}

/**
 * `rollout`: there while a generation is staged; its text is in `history/N`. The publisher writes it
 * again, with another `beat`, while it lives: whoever has not seen another beat for `limitMs` goes
 * back to the text of the head.
 */
export interface Rollout {
  readonly generation: number
  readonly hash: string
  readonly basedOn: number | null
  /** Hosts whose draw is below it take the generation. */
  readonly percent: number
  /** Percentages, growing; the last is 100. */
  readonly stages: readonly number[]
  /** How long each stage lasts at least. */
  readonly eachMs: number
  /** Fewer acknowledgements than this do not end a stage. */
  readonly minAcks: number
  readonly limitMs: number
  /** Of the publisher at work: who takes over writes another. */
  readonly publisher: string
  readonly beat: number
  readonly by: string | null
  readonly reason: string | null
  /** When this was written, by the publisher's clock. */
  readonly at: number
}

/** What is bad in one place. */
export interface HostProblem {
  readonly host: string
  readonly problem: string
}

/** `quarantine/000000012`: a text that no process takes and nobody publishes by accident. */
export interface Quarantined {
  readonly generation: number
  readonly hash: string
  readonly reason: string
  readonly hosts: readonly HostProblem[]
  readonly by: string | null
  readonly at: number
  /** The generation that published the text again: it is under quarantine no more. */
  readonly releasedBy?: number
}

/** A problem of the live config in one process. */
export interface AckProblem {
  readonly code: string
  readonly message: string
  readonly severity: 'error' | 'warning'
  readonly feature?: string
}

/** What the application says of itself. */
export interface Health {
  readonly isHealthy: boolean
  readonly message?: string
}

/**
 * `acks/HOST-PROCESS`: what one process has in force, written after each change, and again while it lives: every
 * `ACK_EVERY_MS`, or `ACK_STAGED_EVERY_MS` while it is one of those that a rollout asks.
 */
export interface Ack {
  /** Processes of one name take a generation together. */
  readonly host: string
  /** Drawn when the process starts, so it tells those of one name apart, and a process from the one before it. */
  readonly process: string
  /** The staged generation that it takes part in, also where it had to refuse it; null: the head. */
  readonly generation: number | null
  /** Of the text in force. */
  readonly hash: string
  /** Errors and warnings of the text that it read last; at most `MOST_PROBLEMS`. */
  readonly problems: readonly AckProblem[]
  /** Null: the application reports none. */
  readonly health: Health | null
  /** How it was before it took the text that is staged. */
  readonly before?: Condition
  /** Its last word, where it may not remove what it has said. */
  readonly isGone?: true
  /** How long it takes at most to hear of a new text, also while nothing notifies it. */
  readonly hearsWithinMs?: number
  /** By the clock of the process. */
  readonly at: number
}

/** How a process is with a text. */
export type Condition = Pick<Ack, 'problems' | 'health'>

export const ACK_EVERY_MS = 60_000
export const ACK_STAGED_EVERY_MS = 2_000
/** A host whose acknowledgement is older is not waited for. */
export const RECENT_MS = 3 * ACK_EVERY_MS
/** Of one acknowledgement; a long list is cut. */
export const MOST_PROBLEMS = 20
/** How far clocks may differ. */
const CLOCKS_DIFFER_MS = 10 * 60_000

/** From 0 to 100, in hundredths: the same host is early for one generation and late for another. */
export const drawOf = (host: string, generation: number): number =>
  (Number.parseInt(contentHash(`${generation}:${host}`).slice(0, 8), 16) % 10_000) / 100

/** Whether a host takes the generation that is staged. */
export const isAsked = (host: string, { generation, percent }: Rollout): boolean =>
  drawOf(host, generation) < percent

/**
 * Whether the publisher is still there, for those who only look. `heldMs`: for how long this very beat
 * has been known. Where it was found, the times of both clocks are compared, roughly; a process that
 * would take the text hears the next beat.
 */
export const isAlive = ({ limitMs, at }: Rollout, heldMs: number, now: number): boolean =>
  heldMs < limitMs && now - at < limitMs + CLOCKS_DIFFER_MS

/** As bytes for a store. */
export const encodeRecord = (
  record: HistoryEntry | Rollout | Quarantined | Ack,
): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(record))

/** Undefined: this is none, so somebody else wrote it. */
export const readHistoryEntry = (bytes: Uint8Array): HistoryEntry | undefined =>
  reading<HistoryEntry>(
    bytes,
    (entry) =>
      isGeneration(entry.generation) &&
      isOneOf(entry.kind, ['publish', 'rollback', 'staged', 'outside']) &&
      typeof entry.text === 'string' &&
      isHash(entry.hash) &&
      isBase(entry.basedOn) &&
      isNamed(entry.by) &&
      isNamed(entry.reason) &&
      isTime(entry.at) &&
      (entry.of === undefined || isGeneration(entry.of)),
  )

export const readRollout = (bytes: Uint8Array): Rollout | undefined =>
  reading<Rollout>(
    bytes,
    (rollout) =>
      isGeneration(rollout.generation) &&
      isHash(rollout.hash) &&
      isBase(rollout.basedOn) &&
      isNumber(rollout.percent) &&
      areAll(rollout.stages, isNumber) &&
      [rollout.eachMs, rollout.minAcks, rollout.limitMs, rollout.beat].every(isNumber) &&
      isTime(rollout.at) &&
      typeof rollout.publisher === 'string' &&
      isNamed(rollout.by) &&
      isNamed(rollout.reason),
  )

export const readQuarantined = (bytes: Uint8Array): Quarantined | undefined =>
  reading<Quarantined>(
    bytes,
    (found) =>
      isGeneration(found.generation) &&
      isHash(found.hash) &&
      typeof found.reason === 'string' &&
      areAll(
        found.hosts,
        (one) =>
          isJsonObject(one) && typeof one.host === 'string' && typeof one.problem === 'string',
      ) &&
      isNamed(found.by) &&
      isTime(found.at) &&
      (found.releasedBy === undefined || isGeneration(found.releasedBy)),
  )

export const readAck = (bytes: Uint8Array): Ack | undefined =>
  reading<Ack>(
    bytes,
    (ack) =>
      typeof ack.host === 'string' &&
      typeof ack.process === 'string' &&
      isBase(ack.generation) &&
      typeof ack.hash === 'string' &&
      isCondition(ack) &&
      (ack.isGone === undefined || ack.isGone === true) &&
      (ack.before === undefined || (isJsonObject(ack.before) && isCondition(ack.before))) &&
      isTime(ack.at) &&
      (ack.hearsWithinMs === undefined || isNumber(ack.hearsWithinMs)),
  )

const isCondition = ({ problems, health }: JsonObject): boolean =>
  areAll(problems, isAckProblem) &&
  (health === null ||
    (health !== undefined && isJsonObject(health) && typeof health.isHealthy === 'boolean'))

const isAckProblem = (one: JsonValue): boolean =>
  isJsonObject(one) &&
  typeof one.code === 'string' &&
  typeof one.message === 'string' &&
  isOneOf(one.severity, ['error', 'warning'])

type Found = JsonValue | undefined

/** The shape was looked at field by field. */
function reading<Shape>(
  bytes: Uint8Array,
  isOne: (value: JsonObject) => boolean,
): Shape | undefined {
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as JsonValue
    return isJsonObject(value) && isOne(value) ? (value as unknown as Shape) : undefined
  } catch {
    return undefined
  }
}

const isNumber = (value: Found): boolean => typeof value === 'number' && Number.isFinite(value)
/** A calendar has it; of a larger number nobody can make a date. */
const isTime = (value: Found): boolean =>
  isNumber(value) && !Number.isNaN(new Date(Number(value)).getTime())
const isGeneration = (value: Found): boolean => Number.isSafeInteger(value) && Number(value) > 0
const isBase = (value: Found): boolean => value === null || isGeneration(value)
const isNamed = (value: Found): boolean => value === null || typeof value === 'string'
const isHash = (value: Found): boolean => typeof value === 'string' && /^[\da-f]{64}$/.test(value)
const isOneOf = (value: Found, known: readonly string[]): boolean =>
  typeof value === 'string' && known.includes(value)
const areAll = (value: Found, isOne: (one: JsonValue) => boolean): boolean =>
  value !== undefined && isJsonList(value) && value.every(isOne)
