import type { ExperimentList, ExperimentRow } from '../../admin/contract'
import { segment } from '../api/client'
import { useQuery } from '../api/use-query'
import { count, percent } from '../parts/figures'
import { Empty, Loaded } from '../parts/states'
import { Holdouts } from './holdouts'

/** Every experiment of the live config. */
export default function ExperimentsPage() {
  const query = useQuery<ExperimentList>('experiments')
  return (
    <>
      <div class="page-head">
        <h1>Experiments</h1>
      </div>
      <Loaded query={query}>{(list) => <List list={list} />}</Loaded>
    </>
  )
}

function List({ list: { experiments: all } }: { readonly list: ExperimentList }) {
  const holdouts = all.filter(({ holdout }) => holdout !== null)
  return (
    <>
      <Experiments experiments={all.filter(({ holdout }) => holdout === null)} />
      {holdouts.length > 0 && <Holdouts rows={holdouts} />}
    </>
  )
}

function Experiments({ experiments }: ExperimentList) {
  if (experiments.length === 0)
    return (
      <Empty title="There is no experiment yet.">
        An entry with <code>experiment:</code> in the live config is one.
      </Empty>
    )
  return (
    <div class="card scroll" role="region" aria-label="Experiments" tabIndex={0}>
      <table class="table roomy">
        <thead>
          <tr>
            <th scope="col">Experiment</th>
            <th scope="col">Feature</th>
            <th scope="col">Status</th>
            <th scope="col">Variants</th>
            <th scope="col" class="number">
              Units
            </th>
          </tr>
        </thead>
        <tbody>
          {experiments.map((row) => (
            <Line key={row.id} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** So many variants of a row are named. */
const SHOWN = 5

const Line = ({
  row: { id, feature, status, variants, units },
}: {
  readonly row: ExperimentRow
}) => (
  <tr>
    <th scope="row" class="listed-name">
      <a href={`experiments/${segment(id)}`}>{id}</a>
    </th>
    <td>
      <a href={`features/${segment(feature)}`}>{feature}</a>
    </td>
    <td>
      <span class="badge">{status ?? 'assigns'}</span>
    </td>
    <td class="listed-variants">
      {variants
        .slice(0, SHOWN)
        .map(({ variant, share }) => `${variant} ${percent(share)}`)
        .join(', ')}
      {variants.length > SHOWN && ` and ${variants.length - SHOWN} more`}
    </td>
    <td class="number">{units === null ? '—' : count(units)}</td>
  </tr>
)
