import { useLocation } from 'preact-iso'
import { useState } from 'preact/hooks'
import type { Comparison, PutBack, Quarantined } from '../../admin/fleet/contract'
import type { Proposal } from '../../admin/edits/contract'
import { useQuery } from '../api/use-query'
import { WhoChanges } from '../edit/who-changes'
import { Card } from '../parts/card'
import type { Population } from '../parts/choice'
import { Diff } from '../parts/diff'
import { ReasonForm } from '../parts/reason-form'
import { Loaded } from '../parts/states'
import { basePath } from '../shell/routes'
import { mayEdit, useSession } from '../shell/session'
import { showToast } from '../shell/toasts'

/** What is between two generations, who gets another answer, and the way back. */
export default function ComparisonPage() {
  const { query } = useLocation()
  const [population, setPopulation] = useState<Population>('simulated')
  const asked = new URLSearchParams({ population })
  for (const name of ['source', 'from', 'to'] as const) {
    const value = query[name]
    if (value !== undefined && value !== '') asked.set(name, value)
  }
  const found = useQuery<Comparison>(`generations/compare?${asked.toString()}`)
  return (
    <>
      <p class="crumb">
        <a href="changes">Changes</a>
      </p>
      <Sides key={`${query['from']} ${query['to']}`} />
      <Loaded query={found}>
        {(comparison) => (
          <div class="columns">
            <Card title={titleOfSides(comparison)}>
              {comparison.impact && (
                <WhoChanges
                  impact={comparison.impact}
                  population={comparison.population}
                  counted={{ value: population, change: setPopulation }}
                />
              )}
              {!comparison.impact && <p class="muted">{whyNobodyIsCounted(comparison)}</p>}
              <Diff text={comparison.diff} label="What is between them" />
            </Card>
            <div class="sticky">
              <BackTo comparison={comparison} />
            </div>
          </div>
        )}
      </Loaded>
    </>
  )
}

const whyNobodyIsCounted = ({ from, to }: Comparison): string =>
  from === 0 || to === 0
    ? 'There is nothing to compare with: it was the first one.'
    : 'One of the two texts cannot be read, so nobody is counted.'

const nameOf = (number: number | null, current: number | null): string => {
  if (number === 0) return 'nothing'
  if (number === null) return 'what is in force'
  return number === current ? `${number}, in force` : String(number)
}

const titleOfSides = ({ from, to, current }: Comparison): string =>
  `From ${nameOf(from, current)} to ${nameOf(to, current)}`

/** Any two of them. */
function Sides() {
  const { query, route } = useLocation()
  const [from, setFrom] = useState(query['from'] ?? '')
  const [to, setTo] = useState(query['to'] ?? '')
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const asked = new URLSearchParams({ ...query, from, to })
    route(`${basePath}generations?${asked.toString()}`)
  }
  return (
    <form class="page-head sides" onSubmit={submit}>
      <h1>Compare generations</h1>
      <Side label="From" value={from} change={setFrom} />
      <Side label="To" value={to} change={setTo} />
      <button type="submit" class="button">
        Compare
      </button>
    </form>
  )
}

interface SideProps {
  readonly label: string
  readonly value: string
  readonly change: (value: string) => void
}

const Side = ({ label, value, change }: SideProps) => (
  <label>
    <span class="label">{label}</span>
    <input
      class="field"
      type="number"
      min={0}
      placeholder="in force"
      value={value}
      onInput={(event) => change(event.currentTarget.value)}
    />
  </label>
)

/** Puts the newer side of a comparison with what is in force back into force. */
function BackTo({ comparison }: { readonly comparison: Comparison }) {
  const { route } = useLocation()
  const session = useSession()
  const { source, from, to, current, inForce, diff, quarantined } = comparison
  if (!mayEdit(session) || to === null || to === 0 || to === current) return null
  if (quarantined) return <Withdrawn to={to} quarantined={quarantined} />
  const isFromNow = from === null || from === current
  if (!isFromNow)
    return (
      <Card title="Roll back">
        <a href={`generations?source=${encodeURIComponent(source)}&to=${to}`}>
          See what rolling back to {to} would change
        </a>
      </Card>
    )
  const done = (answer: PutBack | Proposal): void => route(basePath + toldOf(answer, to))
  return (
    <Card title={`Roll back to generation ${to}`}>
      {diff === '' ? (
        <p class="muted">It says what is in force already.</p>
      ) : (
        <>
          <p class="muted">
            Its text becomes the next generation, in every process at once. What is in its stages is
            taken back.
          </p>
          <ReasonForm<PutBack | Proposal>
            path={`generations/${to}/rollback`}
            label={`Roll back to ${to}`}
            isDanger
            also={{ source, ...(inForce !== null && { basedOn: inForce }) }}
            done={done}
          />
        </>
      )}
    </Card>
  )
}

interface WithdrawnProps {
  readonly to: number
  readonly quarantined: Quarantined
}

/** It is refused here, so no form is shown that ends in a refusal. */
const Withdrawn = ({ to, quarantined: { generation, reason } }: WithdrawnProps) => (
  <Card title="Under quarantine">
    <p>
      This text was taken back as generation {generation}: {reason}
    </p>
    <p class="muted">
      No process takes it, and it cannot be put back here: correct it and save it. If the text was
      not to blame, this command lifts its quarantine and puts it into force:
    </p>
    <pre class="other-value">
      <code>liveflag rollback {to} --to URL --allow-quarantined --reason "…"</code>
    </pre>
  </Card>
)

/** Says what became of it, and returns the page to go on to. */
function toldOf(answer: PutBack | Proposal, to: number): string {
  if ('state' in answer) {
    showToast({ text: `Proposed as number ${answer.id}. Somebody else approves it.` })
    return `proposals/${answer.id}`
  }
  showToast({ text: `Generation ${to} is in force again, as ${answer.generation}.` })
  return 'changes'
}
