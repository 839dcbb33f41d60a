import type { ExperimentView } from '../../admin/contract'
import { seriesColor } from '../parts/colors'
import { count, many, percent } from '../parts/figures'

type Report = ExperimentView['report']

/** Variant by variant: how many there should be, and how many there are. */
export const Split = ({ report }: { readonly report: Report }) => (
  <>
    <div class="scroll" role="region" aria-label="Shares by variant" tabIndex={0}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Variant</th>
            <th scope="col" class="number">
              Units
            </th>
            <th scope="col" class="number">
              Expected
            </th>
            <th scope="col" class="number">
              Observed
            </th>
            <th scope="col" class="split-bars">
              <span class="hidden-label">As bars</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {report.variants.map((one, index) => (
            <VariantRow key={one.variant} one={one} index={index} />
          ))}
        </tbody>
      </table>
    </div>
    {report.leaks.map(({ variant, units, why }) => (
      <div key={variant} class="notice warn">
        <p>
          <strong>{many(units, 'unit')}</strong> leaked into <code>{variant}</code>, which{' '}
          {why === 'no-share' ? 'has no share in the live config' : 'is not in the live config'}.
        </p>
      </div>
    ))}
  </>
)

interface VariantRowProps {
  readonly one: Report['variants'][number]
  readonly index: number
}

const VariantRow = ({ one, index }: VariantRowProps) => {
  const { variant, units, crossed, share, expectedShare } = one
  return (
    <tr>
      <th scope="row">
        <span class="legend-mark" style={{ background: seriesColor(index, variant) }} />
        {variant}
        {crossed !== null && crossed > 0 && (
          <span class="muted small"> {count(crossed)} also saw another</span>
        )}
      </th>
      <td class="number">{count(units)}</td>
      <td class="number">{percent(expectedShare)}</td>
      <td class="number">{percent(share)}</td>
      <td class="split-bars" aria-hidden="true">
        <span
          class="split-observed"
          style={{ width: `${100 * (share ?? 0)}%`, background: seriesColor(index, variant) }}
        />
        {expectedShare !== null && (
          <span class="split-expected" style={{ left: `${100 * expectedShare}%` }} />
        )}
      </td>
    </tr>
  )
}
