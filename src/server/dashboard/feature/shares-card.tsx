import { useState } from 'preact/hooks'
import type { Shares } from '../../admin/contract'
import { segment } from '../api/client'
import { useQuery } from '../api/use-query'
import { Card } from '../parts/card'
import { type Population, PopulationChoice } from '../parts/choice'
import { count, percent, populationWords } from '../parts/figures'
import { Loaded } from '../parts/states'

/** What a population gets of the feature. */
export function SharesCard({ name }: { readonly name: string }) {
  const [population, setPopulation] = useState<Population>('simulated')
  const query = useQuery<Shares>(`features/${segment(name)}/shares?population=${population}`)
  return (
    <Card title="Shares" aside={<PopulationChoice value={population} change={setPopulation} />}>
      {query.failure?.code === 'nothing_recorded' ? (
        <p class="muted">{query.failure.message}</p>
      ) : (
        <Loaded query={query}>{(shares) => <SharesTable shares={shares} />}</Loaded>
      )}
    </Card>
  )
}

function SharesTable({ shares: { population, report } }: { readonly shares: Shares }) {
  const { users, enabled, outcomes, experiments } = report
  return (
    <>
      <p>
        <strong>{percent(enabled / users)}</strong> of {populationWords(population)} have it.
      </p>
      {population.note !== undefined && <p class="muted small">{population.note}</p>}
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Why</th>
            <th scope="col" class="number">
              Users
            </th>
            <th scope="col" class="number">
              Share
            </th>
          </tr>
        </thead>
        <tbody>
          {outcomes.map(({ outcome, users: some, share }) => (
            <Line key={outcome} name={outcome} users={some} share={share} />
          ))}
          {experiments.flatMap(({ experiment, variants }) =>
            variants.map(({ variant, users: some, share }) => (
              <Line
                key={`${experiment}.${variant}`}
                name={`variant ${variant}`}
                users={some}
                share={share}
              />
            )),
          )}
        </tbody>
      </table>
    </>
  )
}

interface LineProps {
  readonly name: string
  readonly users: number
  readonly share: number
}

const Line = ({ name, users, share }: LineProps) => (
  <tr>
    <th scope="row">{name}</th>
    <td class="number">{count(users)}</td>
    <td class="number">{percent(share)}</td>
  </tr>
)
