import type { ExperimentRow } from '../../admin/contract'
import type { HoldoutView } from '../../admin/holdouts/contract'
import { segment } from '../api/client'
import { count } from '../parts/figures'

/** The holdouts of the live config, each with whom it keeps out of what. */
export const Holdouts = ({ rows }: { readonly rows: readonly ExperimentRow[] }) => (
  <div class="listed">
    <h2>Holdouts</h2>
    <p class="muted">
      People who are kept out of experiments: what all of them came to is what these did, against
      the rest.
    </p>
    <div class="card scroll" role="region" aria-label="Holdouts" tabIndex={0}>
      <table class="table roomy">
        <thead>
          <tr>
            <th scope="col">Holdout</th>
            <th scope="col" class="number">
              Held out
            </th>
            <th scope="col">Of</th>
            <th scope="col">Features</th>
            <th scope="col" class="number">
              Units
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => row.holdout && <Line key={row.id} row={row} holdout={row.holdout} />)}
        </tbody>
      </table>
    </div>
  </div>
)

interface LineProps {
  readonly row: ExperimentRow
  readonly holdout: HoldoutView
}

const Line = ({ row: { id, units }, holdout }: LineProps) => (
  <tr>
    <th scope="row" class="listed-name">
      <a href={`experiments/${segment(id)}`}>{holdout.name}</a>
    </th>
    <td class="number">{holdout.percent} %</td>
    <td>{ofWhat(holdout)}</td>
    <td class="listed-variants">
      <FeatureLinks features={holdout.features} />
    </td>
    <td class="number">{units === null ? '—' : count(units)}</td>
  </tr>
)

/** `the experiments of checkout and search` */
export const ofWhat = ({ domains }: HoldoutView): string =>
  domains === null ? 'all experiments' : `the experiments of ${domains.join(' and ')}`

/** So many features are named at first. */
const SHOWN = 5

/** The features that people do not get; of many the first, and the others on demand. */
export function FeatureLinks({ features }: { readonly features: readonly string[] }) {
  if (features.length === 0) return <span class="muted">none</span>
  const [first, more] = [features.slice(0, SHOWN), features.slice(SHOWN)]
  return (
    <>
      <Links features={first} />
      {more.length > 0 && (
        <details>
          <summary class="small">and {count(more.length)} more</summary>
          <Links features={more} />
        </details>
      )}
    </>
  )
}

const Links = ({ features }: { readonly features: readonly string[] }) => (
  <>
    {features.map((name, i) => (
      <span key={name}>
        {i > 0 && ', '}
        <a href={`features/${segment(name)}`}>{name}</a>
      </span>
    ))}
  </>
)
