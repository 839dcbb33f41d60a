import { useLocation, useRoute } from 'preact-iso'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { PlanView } from '../../admin/contract'
import { segment } from '../api/client'
import { useQuery } from '../api/use-query'
import { Card } from '../parts/card'
import { percent } from '../parts/figures'
import { Empty, Loaded } from '../parts/states'
import { basePath } from '../shell/routes'
import { PlanCurve } from './plan-curve'
import { type PlanQuestion, planQuestionOf, PlanForm } from './plan-form'
import { PlanTable } from './plan-table'
import { queryOf } from './question'

/** What an experiment can find before it starts. */
export default function PlanPage() {
  const { params } = useRoute()
  const id = params['id'] ?? ''
  return <OfExperiment key={id} id={id} />
}

function OfExperiment({ id }: { readonly id: string }) {
  const location = useLocation()
  const [question, setQuestion] = useState(() => planQuestionOf(location.query))
  const last = useRef<PlanView | undefined>(undefined)
  const query = useQuery<PlanView>(`experiments/${segment(id)}/plan${queryOf(question)}`)
  if (query.data) last.current = query.data
  const shown = query.data ?? (query.failure ? undefined : last.current)
  const ask = (next: PlanQuestion): void => {
    setQuestion(next)
    history.replaceState(null, '', `${basePath}experiments/${segment(id)}/plan${queryOf(next)}`)
  }
  useFirstMetric(query.data, question, ask)
  if (query.failure?.status === 404)
    return (
      <Empty title={`There is no experiment ${id}.`}>
        <a href="experiments">All experiments</a>
      </Empty>
    )
  return (
    <>
      <Head id={id} view={shown ?? last.current} />
      <div class="columns">
        <div>
          <Loaded query={{ ...query, data: shown }}>
            {(view) => <Planned view={view} question={question} />}
          </Loaded>
        </div>
        <Card title="What is known before">
          <PlanForm view={shown ?? last.current} question={question} ask={ask} />
        </Card>
      </div>
    </>
  )
}

/** A page that says nothing of a metric is about the first that there is. */
function useFirstMetric(
  view: PlanView | undefined,
  question: PlanQuestion,
  ask: (question: PlanQuestion) => void,
): void {
  const [first] = view?.conversions ?? []
  const { conversion, rate, mean } = question
  const isOpen = `${conversion}${rate}${mean}` === ''
  useEffect(() => {
    if (first !== undefined && isOpen) ask({ ...question, conversion: first })
  }, [first])
}

const Head = ({ id, view }: { readonly id: string; readonly view: PlanView | undefined }) => (
  <div class="page-head">
    <div class="page-head-text">
      <p class="crumb">
        <a href="experiments">Experiments</a> / <a href={`experiments/${segment(id)}`}>{id}</a>
      </p>
      <h1>Plan of {id}</h1>
      {view && <p class="muted">{sharesText(view)}</p>}
    </div>
  </div>
)

/** `control 50 %, red 50 %`; of other shares than the live config's, without names. */
function sharesText({ plan, variants }: PlanView): string {
  if (!plan) return variants.join(', ')
  const named = plan.shares.length === variants.length
  return plan.shares
    .map((share, i) => `${named ? variants[i] : i === 0 ? 'control' : 'variant'} ${percent(share)}`)
    .join(', ')
}

interface PlannedProps {
  readonly view: PlanView
  readonly question: PlanQuestion
}

function Planned({ view, question }: PlannedProps) {
  const { plan, curve, note } = view
  return (
    <>
      {note !== null && (
        <div class="notice warn" role="status">
          <p>{`${note.charAt(0).toUpperCase()}${note.slice(1)}.`}</p>
        </div>
      )}
      {plan && (
        <Card title="What it takes">
          <PlanTable view={view} plan={plan} question={question} />
        </Card>
      )}
      {plan && curve.length > 0 && (
        <Card title="The smallest effect that is found, by the day">
          <PlanCurve view={view} plan={plan} />
        </Card>
      )}
    </>
  )
}
