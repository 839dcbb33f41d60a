import type { ExperimentView } from '../../admin/contract'
import { seriesColor } from '../parts/colors'
import { count, many, percent } from '../parts/figures'
import { DAY_MS, dayText } from './times'

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
            {spans.map(({ phase }, i) => (
              <PhaseRow key={i} phase={phase} variants={variants} isFirst={i === 0} />
            ))}
          </tbody>
        </table>
      </div>
      <p class="small muted">
        Under each variant: its share, and its units beside what was expected, each unit where it
        was first seen, or last where the shares leave some people out. Effects compare units that
        were first seen in one phase, without those whose bucket a later edit gave to another
        variant.
      </p>
    </>
  )
}

/** A phase ends with the day before the next one; the last with the last day of exposures. */
function spansOf({ phases, days }: Report): readonly Spanned[] {
  const last = days.at(-1)
  const end = last === undefined ? 0 : Date.parse(last.day) + DAY_MS
  return phases.map((phase, i) => {
    const to = phases[i + 1]?.from ?? end
    return { phase, from: phase.from, to: Math.max(to, phase.from + 1) }
  })
}

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
            title={phaseTitle(phase)}
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
            {(to - from) / (end - start) > LABELLED && dayText(from)}
          </span>
        ))}
      </div>
    </div>
  )
}

const phaseTitle = ({ from, units, shares }: Phase): string =>
  `from ${dayText(from)}: ${many(units, 'unit')}${
    shares
      ? `, ${Object.entries(shares)
          .map(([variant, share]) => `${variant} ${percent(share)}`)
          .join(', ')}`
      : ''
  }`

interface PhaseRowProps {
  readonly phase: Phase
  readonly variants: readonly string[]
  readonly isFirst: boolean
}

const PhaseRow = ({ phase, variants, isFirst }: PhaseRowProps) => (
  <tr>
    <th scope="row" class="nowrap">
      {dayText(phase.from)}
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
