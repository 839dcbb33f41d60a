import { type Answer, constantOf } from '../../analysis/constant-answer'
import { datesIn } from '../../analysis/entry-dates'
import { closureOf } from '../../analysis/closure'
import {
  type ConstantAnswer,
  isOld,
  type Lasting,
  type LastingReason,
  sinceWhen,
  STALE_DAYS,
  staleReasons,
} from '../../analysis/stale'
import type { Features } from '../../engine/features'
import type { StaleSignal } from './contract'

/** What the server knows of a feature, beside its entry. */
export interface Age {
  readonly name: string
  /** The share of simulated visitors that has it; undefined while it is not known. */
  readonly share: number | undefined
  /** Since when an entry is as it is; undefined before that is known. */
  readonly editedAt: (name: string) => number | undefined
  readonly asked: NonNullable<Lasting['asked']>
  readonly expires: string | null
  readonly isPermanent: boolean
}

/** Judges features as `liveflag stale` does, by what this server has seen of them. */
export class Staleness {
  /** Of features that may be stale, until anything is edited. */
  private readonly answers = new Map<string, Answer | undefined>()
  private generation = -1

  constructor(
    private readonly features: Pick<Features, 'content' | 'definition' | 'experiments' | 'now'>,
  ) {}

  /** Why a feature may be ripe for removal, each with the next step that fits. */
  of(age: Age): readonly StaleSignal[] {
    const { expires, isPermanent, asked } = age
    const constant = isPermanent ? undefined : this.constantOf(age)
    const now = this.features.now()
    const known = { now, days: STALE_DAYS, isPermanent, asked, constant }
    return staleReasons({ ...known, expires: expires ?? undefined }).map((reason) => ({
      ...reason,
      nextStep: nextStep(age.name, reason, constant),
    }))
  }

  /** Only what has lasted, and is the same for all simulated visitors, is asked exactly. */
  private constantOf({ name, share, editedAt }: Age): ConstantAnswer | undefined {
    if (share !== 0 && share !== 1) return undefined
    const { features } = this
    const now = features.now()
    const definitions = [...closureOf([name], features)]
    const edits = definitions.map(([of]) => editedAt(of))
    const values = definitions.flatMap(([, one]) => (one ? [one.value] : []))
    if (edits.includes(undefined)) return undefined
    const edited = Math.max(...edits.map((at) => at ?? now))
    const since = sinceWhen(edited, datesIn(values), now)
    if (since === undefined || !isOld(since, { now, days: STALE_DAYS })) return undefined
    const answer = this.answerOf(name)
    return answer && { ...answer, since }
  }

  private answerOf(name: string): Answer | undefined {
    const { features, answers } = this
    const { generation } = features.content
    if (generation !== this.generation) answers.clear()
    this.generation = generation
    if (!answers.has(name)) answers.set(name, constantOf(features, name))
    return answers.get(name)
  }
}

function nextStep(name: string, { kind }: LastingReason, answer: Answer | undefined): string {
  switch (kind) {
    case 'expired':
      return `Remove ${name} from the code and then its entry, or give it a later expires.`
    case 'always-on':
      return `Keep the path of ${answer?.as ?? 'on'} in the code without asking for ${name}, then remove its entry.`
    case 'always-off':
      return `Remove the path of ${name} from the code, then its entry.`
    case 'same-answer':
      return `See whether all kinds of visitors came, then write one answer in place of its selectors.`
    case 'not-asked':
      return `Check that no code asks for ${name}, then remove its entry.`
  }
}
