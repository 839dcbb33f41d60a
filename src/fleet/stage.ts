import { counted } from '../core/counted'
import {
  type Ack,
  ACK_STAGED_EVERY_MS,
  type Condition,
  drawOf,
  type HostProblem,
  isAsked,
  type Rollout,
} from '../sources/fleet-records'

/** One process as the publisher sees it. */
export interface HostView {
  readonly ack: Ack
  /** What it said before the generation was staged; undefined: it was not there. */
  readonly before: Condition | undefined
  /** For how long it has said nothing, by the publisher's clock. */
  readonly silentMs: number
  /** For how long it has been there; Infinity: since before the generation was staged. */
  readonly thereMs: number
}

/** All that the next step depends on. */
export interface StageView {
  readonly rollout: Rollout
  /** Since this stage began. */
  readonly elapsedMs: number
  /** How long a process may take to acknowledge. */
  readonly ackWithinMs: number
  /** Those that acknowledged lately, also those that this stage does not ask. */
  readonly hosts: readonly HostView[]
}

export type Step =
  | ((
      | { readonly kind: 'wait' }
      | { readonly kind: 'advance'; readonly percent: number }
      | { readonly kind: 'finish' }
    ) &
      Counts)
  | {
      readonly kind: 'withdraw'
      readonly reason: string
      readonly hosts: readonly HostProblem[]
    }

/** How many processes have acknowledged, of those that the stage asks. */
interface Counts {
  readonly confirmed: number
  readonly asked: number
}

/** A process writes again so much more often that this many writes are not lost by chance. */
const SILENT_MS = 5 * ACK_STAGED_EVERY_MS

/** Of one whose name another process has by now: it lost two writes, and somebody started it again. */
const ENDED_MS = 2.25 * ACK_STAGED_EVERY_MS
/** Whoever was started again may have died of the generation: it is not asked again before that is known. */
const WATCHED_MS = ENDED_MS + 500

/** What a publisher does next with the generation that it stages. Decides alone; does nothing. */
export function nextStep(view: StageView): Step {
  const { rollout, elapsedMs, ackWithinMs, hosts } = view
  const isStarting = ({ thereMs }: HostView): boolean => thereMs < ackWithinMs
  const asked = hosts.filter(({ ack }) => isAsked(ack.host, rollout))
  const bad = hosts.flatMap(
    (host) => problemOf(host, rollout, isStarting(host)) ?? endOf(host, rollout, hosts) ?? [],
  )
  if (bad.length > 0) return withdraw(bad)
  const missing = asked.filter((host) => !isConfirmed(host, rollout))
  const confirmed = asked.length - missing.length
  const counts = { confirmed, asked: asked.length }
  const needed = Math.max(1, rollout.minAcks)
  const isWhole = missing.length === 0 && confirmed >= needed
  if (!isWhole) {
    if (elapsedMs < ackWithinMs || missing.some(isStarting)) return { kind: 'wait', ...counts }
    return missing.length > 0
      ? withdraw(missing.map(({ ack }) => ({ host: ack.host, problem: 'no acknowledgement' })))
      : {
          kind: 'withdraw',
          reason: `${confirmed} of at least ${counted(needed, 'process', 'processes')} acknowledged`,
          hosts: [],
        }
  }
  if (elapsedMs < rollout.eachMs) return { kind: 'wait', ...counts }
  const percent = nextPercent(rollout, hostsOf(hosts))
  return percent === undefined
    ? { kind: 'finish', ...counts }
    : { kind: 'advance', percent, ...counts }
}

const hostsOf = (hosts: readonly HostView[]): readonly string[] => hosts.map(({ ack }) => ack.host)

/** A process that is only just becoming healthy is not through yet. */
const isConfirmed = ({ ack, before }: HostView, rollout: Rollout): boolean =>
  ack.generation === rollout.generation && ack.hash === rollout.hash && !hasFallenIll(ack, before)

const hasFallenIll = ({ health }: Ack, before: Condition | undefined): boolean =>
  health?.isHealthy === false && before?.health?.isHealthy !== false

/**
 * What speaks against the generation in one process; undefined: nothing does. One that has just
 * started is not healthy before it is warm, whatever text it has.
 */
function problemOf(
  { ack, before, silentMs }: HostView,
  rollout: Rollout,
  isStarting: boolean,
): HostProblem | undefined {
  const { host, generation, problems, health } = ack
  if (generation !== rollout.generation) return undefined
  const old = new Set(before?.problems.map((one) => `${one.code} ${one.feature ?? ''}`))
  const fresh = problems.find(
    ({ severity, code, feature = '' }) => severity === 'error' && !old.has(`${code} ${feature}`),
  )
  if (fresh) return { host, problem: fresh.message }
  if (!isStarting && hasFallenIll(ack, before))
    return { host, problem: `it is not healthy${health?.message ? `: ${health.message}` : ''}` }
  if (health === null && before && before.health !== null)
    return { host, problem: 'it does not report its health any more' }
  if (silentMs > SILENT_MS)
    return {
      host,
      problem: `it was heard last ${counted(Math.round(silentMs / 1000), 'second')} ago`,
    }
  return undefined
}

/** That a process which had the generation ended without a word, and was started again. */
const endOf = (
  { ack, silentMs }: HostView,
  { generation }: Rollout,
  hosts: readonly HostView[],
): HostProblem | undefined =>
  ack.generation === generation &&
  silentMs > ENDED_MS &&
  hosts.some((one) => one.ack.host === ack.host && one.thereMs < silentMs)
    ? { host: ack.host, problem: 'it ended without a word, and was started again' }
    : undefined

/**
 * Whether a process has started since the last beat: it takes nothing before it hears the next. One
 * that has the name of another which has the generation waits until that one is known to be well.
 */
export const isAwaited = (
  rollout: Rollout,
  hosts: readonly HostView[],
  sinceBeatMs: number,
  ackWithinMs: number,
): boolean =>
  hosts.some(
    ({ ack, thereMs }) =>
      thereMs < sinceBeatMs &&
      ack.generation !== rollout.generation &&
      isAsked(ack.host, rollout) &&
      (thereMs > Math.min(WATCHED_MS, ackWithinMs / 3) ||
        !hosts.some(
          (one) => one.ack.host === ack.host && one.ack.generation === rollout.generation,
        )),
  )

const MOST_NAMED = 3

/** What several processes of one host say alike is said once. */
function withdraw(found: readonly HostProblem[]): Step {
  const said = new Map(found.map((one) => [`${one.host}: ${one.problem}`, one]))
  const named = [...said.keys()].slice(0, MOST_NAMED)
  const more = said.size > MOST_NAMED ? `; and ${said.size - MOST_NAMED} more` : ''
  return { kind: 'withdraw', reason: `${named.join('; ')}${more}`, hosts: [...said.values()] }
}

/** The share of the next stage; undefined: this one was the last. */
export function nextPercent(
  { generation, percent, stages, minAcks }: Rollout,
  hosts: readonly string[],
): number | undefined {
  const next = stages.find((stage) => stage > percent)
  return next === undefined ? undefined : reaching(next, generation, minAcks, hosts)
}

/**
 * The percentage of a stage, raised so that the stage asks enough processes: 1 % of three would be
 * nobody, and nothing would be tried.
 */
export function reaching(
  percent: number,
  generation: number,
  minAcks: number,
  hosts: readonly string[],
): number {
  const draws = hosts.map((host) => drawOf(host, generation)).sort((a, b) => a - b)
  const last = draws[Math.min(Math.max(1, minAcks), draws.length) - 1]
  // Draws are hundredths, so the next hundredth has the host, and floats are kept out.
  const least = last === undefined ? 0 : (Math.round(last * 100) + 1) / 100
  return Math.min(100, Math.max(percent, least))
}
