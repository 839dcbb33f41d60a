import type { ExperimentView } from '../../admin/contract'
import { seriesColor } from '../parts/colors'
import { count, many, percent } from '../parts/figures'
import { DAY_MS, MINUTE_MS, momentText } from './times'

type Report = ExperimentView['report']
type Phase = Report['phases'][number]

interface Spanned {
  readonly phase: Phase
  readonly from: number
  readonly to: number
}

/** The times in which people were drawn in one way, on a line of time, with their counts below. */
export function Phases({ report }: { readonly report: Report }) {
  const spans = spansOf(report)
  const variants = report.variants.map(({ variant }) => variant)
  return (
    <>
      <PhaseLine spans={spans} variants={variants} />
      <div class="scroll" role="region" aria-label="Phases as a table" tabIndex={0}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">The edit changed</th>
              <th scope="col" class="number">
                First seen
              </th>
              {variants.map((variant) => (
                <th key={variant} scope="col" class="number variant-name">
                  {variant}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {spans.map(({ phase, from }, i) => (
              <PhaseRow key={i} phase={phase} from={from} variants={variants} isFirst={i === 0} />
            ))}
          </tbody>
        </table>
      </div>
      <p class="small muted">
        Under each variant: its share, and its units beside what was expected, each unit where it
        was first seen. Effects compare units that were first seen in one phase, without those whose
        bucket a later edit gave to another variant.
      </p>
    </>
  )
}

/** A phase ends with the day before the next one; the last with the last day of exposures. */
function spansOf({ phases, days }: Report): readonly Spanned[] {
  const last = days.at(-1)
  const end = last === undefined ? 0 : Date.parse(last.day) + DAY_MS
  const begins = phases.map((phase) => beginOf(phase, phases))
  return phases.map((phase, i) => {
    const from = begins[i] ?? phase.from
    return { phase, from, to: Math.max(begins[i + 1] ?? end, from + 1) }
  })
}

/** The day, or the minute where several phases begin on one day. */
const beginOf = ({ from, since }: Phase, phases: readonly Phase[]): number =>
  since !== null && phases.filter((one) => one.from === from).length > 1
    ? since - (since % MINUTE_MS)
    : from

interface PhaseLineProps {
  readonly spans: readonly Spanned[]
  readonly variants: readonly string[]
}

/** A narrower phase has no room for its day. */
const LABELLED = 0.25

/** As wide as a phase is long, as high as the shares in it. */
function PhaseLine({ spans, variants }: PhaseLineProps) {
  const [start, end] = [spans[0]?.from ?? 0, spans.at(-1)?.to ?? 1]
  return (
    <div class="phase-line" aria-hidden="true">
      <div class="phase-bars">
        {spans.map(({ phase, from, to }, i) => (
          <div
            key={i}
            class="phase-bar"
            style={{ flexGrow: (to - from) / (end - start) }}
            title={phaseTitle(phase, from)}
          >
            {variants.map((variant, index) => (
              <span
                key={variant}
                style={{
                  height: `${100 * (phase.shares?.[variant] ?? 0)}%`,
                  background: seriesColor(index, variant),
                }}
              />
            ))}
          </div>
        ))}
      </div>
      <div class="phase-days small muted">
        {spans.map(({ from, to }, i) => (
          <span key={i} style={{ flexGrow: (to - from) / (end - start) }}>
            {(to - from) / (end - start) > LABELLED && momentText(from)}
          </span>
        ))}
      </div>
    </div>
  )
}

const phaseTitle = ({ units, shares }: Phase, from: number): string =>
  `from ${momentText(from)}: ${many(units, 'unit')}${
    shares
      ? `, ${Object.entries(shares)
          .map(([variant, share]) => `${variant} ${percent(share)}`)
          .join(', ')}`
      : ''
  }`

interface PhaseRowProps {
  readonly phase: Phase
  /** When it began. */
  readonly from: number
  readonly variants: readonly string[]
  readonly isFirst: boolean
}

const PhaseRow = ({ phase, from, variants, isFirst }: PhaseRowProps) => (
  <tr>
    <th scope="row" class="nowrap">
      {momentText(from)}
    </th>
    <td>
      {phase.changed.length > 0 ? (
        phase.changed.join(', ')
      ) : (
        <span class="muted">{isFirst ? 'the start' : 'not known'}</span>
      )}
    </td>
    <td class="number">
      {count(phase.units)}
      {phase.moved > 0 && (
        <span class="phase-counts small muted">{count(phase.moved)} moved later</span>
      )}
    </td>
    {variants.map((variant) => (
      <td key={variant} class="number">
        {percent(phase.shares?.[variant])}
        <span class="phase-counts small muted">
          {count(phase.observed[variant] ?? 0)}
          {phase.expected && ` (${count(Math.round(phase.expected[variant] ?? 0))} expected)`}
        </span>
      </td>
    ))}
  </tr>
)
