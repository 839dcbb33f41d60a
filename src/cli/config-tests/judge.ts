import {
  type AskedSide,
  type Kind,
  type KindOutcome,
  outcomesOf,
  type When,
} from '../../analysis/invariants'
import type { Claim } from '../../core/decision'
import { canonicalText } from '../../core/canonical'
import type { JsonValue } from '../../core/json'
import type { Explanation } from '../../engine/explain'
import type { Features } from '../../engine/features'
import { type Facts, worldOf } from '../../core/world'
import type { Answer, ConfigTest, Share } from './test-reader'

/** What a test came to. */
export interface Verdict {
  readonly outcome: 'passed' | 'failed' | 'undecided'
  /** Why it did not pass. */
  readonly why?: string
  /** A visitor who shows it, for `liveflag explain --world`. */
  readonly visitor?: Facts
  readonly explanation?: Explanation
}

type Given = Pick<Claim, 'enabled' | 'variant' | 'value'>
type Breaks = (claims: readonly Given[]) => boolean

const isEqual = (a: JsonValue, b: JsonValue): boolean => canonicalText(a) === canonicalText(b)

/** So many ids are tried for a visitor of a rare kind. */
const MOST_TRIES = 20_000
const PASSED: Verdict = { outcome: 'passed' }

export const gets = ({ is }: Answer, { enabled, variant, value }: Given): boolean => {
  if (is === 'on' || is === true) return enabled
  if (is === 'off' || is === false) return !enabled
  return variant === is || (value !== undefined && isEqual(value, is))
}

/** Judges one test; `old` is the live config that `keeps` compares with. */
export function judge(test: ConfigTest, features: Features, old: Features | undefined): Verdict {
  const refused = features.snapshot.problems.find(
    ({ feature, severity }) =>
      severity === 'error' && test.answers.some((answer) => answer.feature === feature),
  )
  if (refused) return { outcome: 'failed', why: `the entry is refused: ${refused.message}` }
  const { answers } = test
  const asking = { features, when: { now: features.now(), onlyNow: test.at !== undefined } }
  switch (test.kind) {
    case 'as':
      return example(test.facts, answers, features)
    case 'nobody':
      return holds(answers, test.of, asking, (claims) => answers.some(isGiven(claims)))
    case 'everybody':
      return holds(
        answers,
        test.of,
        { ...asking, withoutRare: true },
        (claims) => !answers.every(isGiven(claims)),
      )
    case 'never':
      return holds(answers, {}, asking, (claims) => answers.every(isGiven(claims)))
    case 'whoGets':
      return holds(answers, {}, asking, (claims) => {
        const [first = false, ...others] = answers.map((answer, i) => isGiven(claims)(answer, i))
        return first && !others.every((one) => one)
      })
    case 'of':
      return shares(test, features)
    case 'keeps':
      return keeps(answers, asking, old ?? features)
  }
}

/** The live config that a test is about, and when. */
interface Asking {
  readonly features: Features
  readonly when: When
  /** Visitors whom few sites have do not count. */
  readonly withoutRare?: boolean
}

const isGiven =
  (claims: readonly Given[]) =>
  (answer: Answer, i: number): boolean => {
    const claim = claims[i]
    return claim !== undefined && gets(answer, claim)
  }

function example(facts: Facts, answers: readonly Answer[], features: Features): Verdict {
  const request = features.for(worldOf(facts))
  const wrong = answers.find((answer) => !gets(answer, request.decide(answer.feature)))
  if (wrong === undefined) return PASSED
  return {
    outcome: 'failed',
    why: `${wrong.feature} is not ${JSON.stringify(wrong.is)}`,
    visitor: facts,
    explanation: request.explain(wrong.feature),
  }
}

const asked = (answers: readonly Answer[], of: Features): AskedSide => ({
  names: answers.map(({ feature }) => feature),
  of,
})

/** Nobody of a kind has answers that break the test. */
function holds(answers: readonly Answer[], kind: Kind, asking: Asking, breaks: Breaks): Verdict {
  const { features, when } = asking
  const found = outcomesOf([asked(answers, features)], kind, when)
  const ask = (facts: Facts): readonly Given[] => {
    const request = features.for(worldOf(facts))
    return answers.map(({ feature }) => request.decide(feature))
  }
  return broken(found, breaks, ask, answers[0]?.feature, asking)
}

/** Whoever got the feature before gets the same now. */
function keeps(answers: readonly Answer[], asking: Asking, old: Features): Verdict {
  const { features, when } = asking
  for (const answer of answers) {
    const { feature } = answer
    const pair = [asked([answer], old), asked([answer], features)]
    const found = outcomesOf(pair, {}, when)
    const verdict = broken(
      found,
      ([before, now]) =>
        before !== undefined &&
        now !== undefined &&
        before.enabled &&
        !(
          now.enabled &&
          now.variant === before.variant &&
          isEqual(now.value ?? null, before.value ?? null)
        ),
      (facts) => [old, features].map((one) => one.for(worldOf(facts)).decide(feature)),
      feature,
      asking,
    )
    if (verdict.outcome !== 'passed') return verdict
  }
  return PASSED
}

function broken(
  found: ReturnType<typeof outcomesOf>,
  breaks: Breaks,
  ask: (facts: Facts) => readonly Given[],
  feature: string | undefined,
  { features, when, withoutRare = false }: Asking,
): Verdict {
  if (typeof found === 'string') return { outcome: 'undecided', why: found }
  let unknown: string | undefined
  for (const of of found.list) {
    if (of.isRare && withoutRare) continue
    const share = sum(of, breaks)
    if (share <= 0) continue
    const why = `${percentText(share)} of those ${of.visitors}${of.at === when.now ? '' : `, at ${new Date(of.at).toISOString()}`}`
    const shown = counterexample(of, (facts) => breaks(ask(facts)), feature, features)
    if (of.assumed.length === 0 || shown.visitor) return { outcome: 'failed', why, ...shown }
    unknown ??= `${why}, if there are such visitors`
  }
  unknown ??= found.whyNotAll
  return unknown === undefined ? PASSED : { outcome: 'undecided', why: unknown }
}

const sum = ({ outcomes }: KindOutcome, counts: Breaks): number =>
  outcomes.reduce((total, { share, claims }) => (counts(claims) ? total + share : total), 0)

const percentText = (share: number): string => `${Number((share * 100).toFixed(6))} %`

function shares(test: ConfigTest & { kind: 'of' }, features: Features): Verdict {
  const found = outcomesOf([asked(test.answers, features)], test.of, {
    now: features.now(),
    onlyNow: true,
  })
  if (typeof found === 'string') return { outcome: 'undecided', why: found }
  let unknown: string | undefined
  for (const of of found.list.filter(({ isPlain }) => isPlain)) {
    const share = sum(of, (claims) => test.answers.every(isGiven(claims)))
    const missed = test.shares.find((bound) => !isWithin(bound, share * 100))
    if (missed === undefined) continue
    const why = `${percentText(share)} of those ${of.visitors}, and not ${WORDS[missed.bound]} ${missed.percent} %`
    if (of.assumed.length === 0) return { outcome: 'failed', why }
    unknown ??= `${why}, if there are such visitors`
  }
  return unknown === undefined ? PASSED : { outcome: 'undecided', why: unknown }
}

const WORDS = { atMost: 'at most', atLeast: 'at least', exactly: 'exactly' } as const
/** Shares are sums of doubles; the finest bucket is far larger. */
const ERROR = 1e-9

function isWithin({ bound, percent }: Share, is: number): boolean {
  if (bound === 'atMost') return is <= percent + ERROR
  if (bound === 'atLeast') return is >= percent - ERROR
  return Math.abs(is - percent) <= ERROR
}

/** A visitor of the kind whose own buckets break the test: ids are tried until one does. */
function counterexample(
  { facts }: KindOutcome,
  breaks: (facts: Facts) => boolean,
  feature: string | undefined,
  features: Features,
): Pick<Verdict, 'visitor' | 'explanation'> {
  for (let i = 0; i < MOST_TRIES; i++) {
    const visitor = withId(facts, i)
    if (!breaks(visitor)) continue
    return {
      visitor,
      ...(feature !== undefined && {
        explanation: features.for(worldOf(visitor)).explain(feature),
      }),
    }
  }
  return {}
}

/** Logged-out ids are numbers of base 36. */
const FIRST_LOID = 36 ** 5

const withId = ({ user, loid, ...rest }: Facts, i: number): Facts => ({
  ...rest,
  ...(user && { user: user.id === undefined ? user : { ...user, id: `user-${i}` } }),
  ...(loid === undefined || loid === null
    ? {}
    : { loid: loid === 'loid' ? (FIRST_LOID + i).toString(36) : loid }),
})
