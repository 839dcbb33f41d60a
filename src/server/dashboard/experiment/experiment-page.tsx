import { useRoute } from 'preact-iso'
import { useState } from 'preact/hooks'
import type { ExperimentView } from '../../admin/contract'
import { apiUrl, segment } from '../api/client'
import { useQuery } from '../api/use-query'
import { Card } from '../parts/card'
import { Chart } from '../parts/chart'
import { many } from '../parts/figures'
import { Empty, Loaded } from '../parts/states'
import { Asked, type Question, queryOf } from './asked'
import { Conversions } from './conversions'
import { Split } from './split'
import { Verdict } from './verdict'

/** The report of one experiment. */
export default function ExperimentPage() {
  const { params } = useRoute()
  const id = params['id'] ?? ''
  const [question, setQuestion] = useState<Question>({ by: '', conversion: '', control: '' })
  const query = useQuery<ExperimentView>(`experiments/${segment(id)}${queryOf(question)}`)
  if (query.failure?.status === 404)
    return (
      <Empty title={`There is no experiment ${id}.`}>
        <a href="experiments">All experiments</a>
      </Empty>
    )
  return (
    <Loaded query={query}>
      {(view) => <Report id={id} view={view} question={question} ask={setQuestion} />}
    </Loaded>
  )
}

interface ReportProps {
  readonly id: string
  readonly view: ExperimentView
  readonly question: Question
  readonly ask: (question: Question) => void
}

/** A split that fails its test is shown alone: figures of a broken split mislead. */
function Report({ id, view, question, ask }: ReportProps) {
  const [isShown, setShown] = useState(false)
  const isBroken = view.report.sampleRatio.verdict === 'mismatch'
  return (
    <>
      <Head id={id} view={view} query={queryOf(question)} />
      <Verdict view={view} />
      <Card title="Shares, expected and observed">
        <Split report={view.report} />
      </Card>
      {isBroken && !isShown ? (
        <button type="button" class="button" onClick={() => setShown(true)}>
          Show the figures, though they mislead
        </button>
      ) : (
        <Figures view={view} question={question} ask={ask} />
      )}
    </>
  )
}

function Head({ id, view, query }: Pick<ReportProps, 'id' | 'view'> & { readonly query: string }) {
  const { feature, status, variants } = view.report
  const units = variants.reduce((sum, one) => sum + one.units, 0)
  const files = ['csv', 'svg'] as const
  return (
    <div class="page-head">
      <div class="page-head-text">
        <p class="crumb">
          <a href="experiments">Experiments</a>
        </p>
        <h1>
          {id} <span class="badge">{status ?? 'assigns'}</span>
        </h1>
        <p class="muted">
          of <a href={`features/${segment(feature)}`}>{feature}</a>,{' '}
          {many(units, view.by === 'unit' ? 'unit' : 'subject')}
        </p>
      </div>
      <div class="actions">
        {files.map((file) => (
          <a
            key={file}
            class="button"
            href={apiUrl(`experiments/${segment(id)}/report.${file}${query}`)}
            download={`${id}.${file}`}
          >
            {file.toUpperCase()}
          </a>
        ))}
      </div>
    </div>
  )
}

function Figures({ view, question, ask }: Omit<ReportProps, 'id'>) {
  const { report, exposures } = view
  return (
    <>
      <Card title="First exposures over time">
        {exposures.starts.length > 0 ? (
          <Chart series={exposures} label="First exposures over time, by variant" />
        ) : (
          <p class="muted">No exposure has been recorded yet.</p>
        )}
      </Card>
      <Card title="Conversions" aside={<Asked view={view} question={question} ask={ask} />}>
        {report.conversions.length > 0 ? (
          report.conversions.map((one) => (
            <Conversions key={one.name} report={one} controls={report.controls} />
          ))
        ) : (
          <p class="muted">
            None has been recorded. Send them to <code>POST /events</code>.
          </p>
        )}
      </Card>
    </>
  )
}
