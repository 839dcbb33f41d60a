import { useState } from 'preact/hooks'
import type { Shares } from '../../admin/contract'
import { segment } from '../api/client'
import { useQuery } from '../api/use-query'
import { Card } from '../parts/card'
import { count, percent, populationWords } from '../parts/figures'
import { Loaded } from '../parts/states'

const POPULATIONS = ['simulated', 'recorded'] as const

/** What a population gets of the feature. */
export function SharesCard({ name }: { readonly name: string }) {
  const [population, setPopulation] = useState<(typeof POPULATIONS)[number]>('simulated')
  const query = useQuery<Shares>(`features/${segment(name)}/shares?population=${population}`)
  const choice = (
    <div class="choice" role="group" aria-label="Population">
      {POPULATIONS.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === population}
          onClick={() => setPopulation(one)}
        >
          {one}
        </button>
      ))}
    </div>
  )
  return (
    <Card title="Shares" aside={choice}>
      <Loaded query={query}>{(shares) => <SharesTable shares={shares} />}</Loaded>
    </Card>
  )
}

function SharesTable({ shares: { population, report } }: { readonly shares: Shares }) {
  const { users, enabled, outcomes, experiments } = report
  if (users === 0) return <p class="muted">The store has recorded nobody yet.</p>
  return (
    <>
      <p>
        <strong>{percent(enabled / users)}</strong> of {populationWords(population)} have it.
      </p>
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
