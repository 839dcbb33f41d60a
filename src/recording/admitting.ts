import { LiveflagError } from '../core/errors'
import { storableText } from './sql/storable'
import {
  type Admission,
  type Ask,
  ASSIGNED,
  type DecisionRow,
  type DomainHolder,
  type History,
} from './store'

/** What one call of `admit` writes. */
export interface Admitted {
  readonly admissions: readonly Admission[]
  readonly releases: readonly Reservation[]
  readonly reservations: readonly Reservation[]
}

export interface Reservation extends DomainHolder {
  readonly subject: string
}

/**
 * Calls each ask's `decide`, in order, and returns what is to be written. A later ask about a
 * subject sees what an earlier one reserved. Subjects are spelt as they are stored.
 */
export function admitted(asks: readonly Ask[], histories: ReadonlyMap<string, History>): Admitted {
  const admissions: Admission[] = []
  const releases: Reservation[] = []
  const reservations: Reservation[] = []
  const changed = new Map<string, History>()
  const historyOf = (subject: string): History =>
    changed.get(subject) ?? histories.get(subject) ?? NOTHING
  for (const { subject, decide } of asks) {
    for (const admission of decide(historyOf(subject))) {
      const before = historyOf(subject)
      const change = changeOf(subject, admission, before)
      admissions.push(admission)
      releases.push(...change.releases)
      reservations.push(...change.reservations)
      changed.set(subject, after(before, admission, change))
    }
  }
  return { admissions, releases, reservations }
}

export const NOTHING: History = { assigned: [], domains: [] }

type Change = Pick<Admitted, 'releases' | 'reservations'>

function changeOf(
  subject: string,
  { assignment, decision }: Admission,
  { domains }: History,
): Change {
  if (storableText(decision.subject) !== subject)
    throw badRow(
      `the decision ${decision.decisionId} is about ${decision.subject}, but ${subject} was asked for`,
    )
  if (!assignment) return { releases: [], reservations: [] }
  const releases = (assignment.releases ?? []).filter((release) =>
    domains.some((held) => sameHolder(held, release)),
  )
  const left = domains.filter((held) => !releases.some((release) => sameHolder(held, release)))
  const wanted = [...new Set(assignment.domains)].filter(
    (domain) =>
      !left.some((held) => held.domain === domain && held.experimentId === assignment.experimentId),
  )
  const taken = left.find(({ domain }) => wanted.includes(domain))
  if (taken)
    throw badRow(
      `${subject} is held by ${taken.experimentId} in the domain ${taken.domain}, so ${assignment.experimentId} cannot be; release it first`,
    )
  return {
    releases: releases.map((holder) => ({ subject, ...holder })),
    reservations: wanted.map((domain) => ({
      subject,
      domain,
      experimentId: assignment.experimentId,
    })),
  }
}

function after(
  { assigned, domains }: History,
  { decision }: Admission,
  { releases, reservations }: Change,
): History {
  const held = domains.filter((holder) => !releases.some((release) => sameHolder(holder, release)))
  return {
    assigned: withDecision(assigned, decision),
    domains: [
      ...held,
      ...reservations.map(({ domain, experimentId }) => ({ domain, experimentId })),
    ].sort((a, b) => (a.domain < b.domain ? -1 : 1)),
  }
}

/** Returns the history with one more decision. */
export function withDecision(
  assigned: History['assigned'],
  { reason, experimentId, variantId, at }: DecisionRow,
): History['assigned'] {
  if (reason !== ASSIGNED || experimentId === null || variantId === null) return assigned
  const known = assigned.find((one) => one.experimentId === experimentId)
  const others = assigned.filter((one) => one !== known)
  const now = {
    experimentId,
    variantId: known && known.lastAt >= at ? known.variantId : variantId,
    firstAt: Math.min(at, known?.firstAt ?? at),
    lastAt: Math.max(at, known?.lastAt ?? at),
  }
  return [...others, now].sort((a, b) => (a.experimentId < b.experimentId ? -1 : 1))
}

const sameHolder = (a: DomainHolder, b: DomainHolder): boolean =>
  a.domain === b.domain && a.experimentId === b.experimentId

const badRow = (message: string): LiveflagError => new LiveflagError('LIVEFLAG_BAD_ROW', message)
