import type { ExperimentView } from '../../admin/contract'
import { count } from '../parts/figures'

type Check = ExperimentView['checks'][number]

interface Words {
  /** What is counted, when there is any of it and when there is none. */
  readonly title: string
  readonly why: string
}

const CHECKS: Readonly<Record<Check['name'], Words>> = {
  lost: {
    title: 'Rows that were lost',
    why: 'Writers dropped them, so every count is too small.',
  },
  orphans: {
    title: 'Conversions of no decision',
    why: 'The store does not have the decision that they name: rows were lost, or a backup is older.',
  },
  'future-units': {
    title: 'Units seen in the future',
    why: 'Set the clock of the server that wrote them.',
  },
  'future-conversions': {
    title: 'Conversions in the future',
    why: 'Set the clock of the server that wrote them.',
  },
  leaked: {
    title: 'Units in a variant without a share',
    why: 'The entry that decided has no such variant, or gives it nothing.',
  },
  unjoined: {
    title: 'Conversions that join no unit',
    why: 'They are recorded with another kind of id than the exposures.',
  },
  unrecorded: {
    title: 'Metrics whose conversions were never recorded',
    why: 'Nobody did it yet, or its name is misspelt: they have no figures, and nothing else changes.',
  },
  unbalanced: {
    title: 'Metrics in which the variants differed before their exposure',
    why: 'The groups were not equal: look at how units are assigned and recorded.',
  },
  crossed: {
    title: 'Units that saw two variants, and no edit moved their bucket',
    why: 'They are in no estimate. Above 1 % those that are left are no fair sample.',
  },
  'came-back': {
    title: 'Units in the figures because they came back',
    why: 'They were first seen before this time. Where a variant brings back more than another, the figures do not compare like with like: read the whole report, or one with a window.',
  },
  'signed-in': {
    title: 'People who saw another variant by signing in',
    why: 'Where shares are equal they are in no estimate. Else they count in the variant that they saw first, which makes an effect look smaller.',
  },
  moved: {
    title: 'Units of buckets that an edit moved',
    why: 'They are in no estimate, whether they came back or not, so that the others are a fair sample.',
  },
  'little-left': {
    title: 'Variants of which an edit left little',
    why: 'Under a third of their units is in estimates. A report until the edit has the figures of before it.',
  },
  alone: {
    title: 'Units with nobody to be compared with',
    why: 'They were drawn where there is no control, or no other variant: they are in no difference or lift.',
  },
  earlier: {
    title: 'Conversions before the exposure',
    why: 'The experiment did not cause them; they are not counted.',
  },
  unkept: {
    title: 'Units of an entry that is not kept',
    why: 'The shares of the live config of now are expected of them.',
  },
  unstitched: {
    title: 'Units counted twice, signed out and signed in',
    why: 'Join signed-out and signed-in time to count each person once.',
  },
  unknown: {
    title: 'Units of before of which it is not recorded whether they came in this time',
    why: 'They are not counted. A time that is over has the units that were first seen in it.',
  },
  'left-out': {
    title: 'Subjects of the other kind of records',
    why: 'Counted by exposed units, decisions are left out, and the other way round.',
  },
}

const LEVELS = {
  red: ['bad', 'wrong'],
  note: ['warn', 'left out'],
  good: ['good', 'none'],
} as const

/** What can be wrong with the data, each with its count; red takes the verdict away. */
export function Quality({ view: { checks, report } }: { readonly view: ExperimentView }) {
  const isBroken = report.sampleRatio.verdict === 'mismatch'
  const red = checks.filter(({ level }) => level === 'red')
  const rest = checks.filter(({ level }) => level === 'note')
  const good = checks.filter(({ level }) => level === 'good')
  return (
    <>
      <p class={`quality ${red.length > 0 || isBroken ? 'bad' : 'good'}`} role="status">
        <strong>{red.length > 0 || isBroken ? 'Red' : 'Green'}</strong>{' '}
        {red.length > 0
          ? 'No verdict is given on the split or a metric until this is right.'
          : isBroken
            ? 'The split is broken, so no verdict is given on a metric.'
            : 'Nothing says that the figures mislead.'}
      </p>
      <ul class="checks">
        {[...red, ...rest].map((check) => (
          <CheckLine key={check.name} check={check} metrics={metricsOf(check, report)} />
        ))}
      </ul>
      {good.length > 0 && (
        <details>
          <summary class="small">
            {count(good.length)} of {count(checks.length)} checks found nothing
          </summary>
          <ul class="checks">
            {good.map((check) => (
              <CheckLine key={check.name} check={check} />
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

/** The metrics that a check is about, if it is about metrics. */
const metricsOf = ({ name }: Check, { conversions }: ExperimentView['report']): readonly string[] =>
  conversions
    .filter(
      ({ unrecorded, cuped }) =>
        (name === 'unrecorded' && unrecorded !== null) ||
        (name === 'unbalanced' && cuped?.isBalanced === false),
    )
    .map((one) => one.metric?.name ?? one.name)

interface CheckLineProps {
  readonly check: Check
  readonly metrics?: readonly string[]
}

function CheckLine({ check: { name, count: found, level }, metrics = [] }: CheckLineProps) {
  const { title, why } = CHECKS[name]
  const [kind, words] = LEVELS[level]
  return (
    <li class="check-line">
      <span class="check-count number">{count(found)}</span>
      <span>
        {title}
        {metrics.length > 0 && `: ${metrics.join(', ')}`}{' '}
        <span class={`badge ${kind}`}>{words}</span>
        {level !== 'good' && <span class="muted small check-why">{why}</span>}
      </span>
    </li>
  )
}
