import { useLocation, useRoute } from 'preact-iso'
import { useRef, useState } from 'preact/hooks'
import type { ExperimentView } from '../../admin/contract'
import { apiUrl, segment } from '../api/client'
import { useQuery } from '../api/use-query'
import { Card } from '../parts/card'
import { Chart } from '../parts/chart'
import { many } from '../parts/figures'
import { Empty, Loaded } from '../parts/states'
import { GatesCard } from '../feature/gates-card'
import { basePath } from '../shell/routes'
import { Asked } from './asked'
import { FeatureLinks, ofWhat } from './holdouts'
import { Metric } from './metric'
import { Phases } from './phases'
import { Quality } from './quality'
import { type Question, queryOf, questionOf } from './question'
import { Segments } from './segments'
import { Split } from './split'
import { dayText, windowText } from './times'

/** Of the files, and of answers to a page that shows the report already. */
const AGAIN = { again: 'true' }

/** The report of one experiment. */
export default function ExperimentPage() {
  const { params } = useRoute()
  const id = params['id'] ?? ''
  return <OfExperiment key={id} id={id} />
}

function OfExperiment({ id }: { readonly id: string }) {
  const location = useLocation()
  const [question, setQuestion] = useState(() => questionOf(location.query))
  const last = useRef<ExperimentView | undefined>(undefined)
  const path = `experiments/${segment(id)}`
  // What refreshes itself while it is open is one look.
  const query = useQuery<ExperimentView>(
    `${path}${queryOf(question)}`,
    `${path}${queryOf({ ...question, ...AGAIN })}`,
  )
  if (query.data) last.current = query.data
  // Until the next answer is there, the last one stays, so that nothing jumps.
  const shown = query.data ?? (query.failure ? undefined : last.current)
  const ask = (next: Question): void => {
    setQuestion(next)
    history.replaceState(null, '', `${basePath}experiments/${segment(id)}${queryOf(next)}`)
  }
  if (query.failure?.status === 404)
    return (
      <Empty title={`There is no experiment ${id}.`}>
        <a href="experiments">All experiments</a>
      </Empty>
    )
  return (
    <>
      <Head id={id} view={shown ?? last.current} query={queryOf({ ...question, ...AGAIN })} />
      <Asked view={shown ?? last.current} question={question} ask={ask} />
      <Loaded query={{ ...query, data: shown }}>{(view) => <Report view={view} />}</Loaded>
    </>
  )
}

interface ReportProps {
  readonly view: ExperimentView
}

/** A split that fails its test is shown alone: figures of a broken split mislead. */
function Report({ view }: ReportProps) {
  const [isShown, setShown] = useState(false)
  const { report } = view
  const isBroken = report.sampleRatio.verdict === 'mismatch'
  if (report.gaps.nothing !== null)
    return (
      <>
        <Belonging view={view} />
        <Nothing view={view} />
      </>
    )
  return (
    <>
      <Belonging view={view} />
      <div class="columns even">
        <Card title="The split">
          <Split view={view} />
        </Card>
        <Card title="Data quality">
          <Quality view={view} />
        </Card>
      </div>
      {report.phases.length > 1 && (
        <Card title="Phases">
          <Phases report={report} />
        </Card>
      )}
      {isBroken && !isShown ? (
        <button type="button" class="button" onClick={() => setShown(true)}>
          Show the figures, though they mislead
        </button>
      ) : (
        <Figures view={view} />
      )}
    </>
  )
}

/** What the live config says of it elsewhere: the gates of its ramp, the features of a holdout. */
const Belonging = ({ view: { gatedFeature, holdout } }: ReportProps) => (
  <>
    {gatedFeature !== null && <GatesCard feature={gatedFeature} />}
    {holdout !== null && (
      <Card title="Held back">
        <FeatureLinks features={holdout.features} />
      </Card>
    )}
  </>
)

/** Some messages end with their dot already. */
const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`

/** The warnings say what there is instead. */
const Nothing = ({ view }: ReportProps) => (
  <>
    <Empty title="There is nothing to report yet.">
      {view.warnings.map((warning) => (
        <p key={warning}>{sentence(warning)}</p>
      ))}
      <p>
        <a href={`experiments/${segment(view.report.experiment)}/plan`}>Plan it</a>: how many units
        and days it needs.
      </p>
    </Empty>
    <Card title="Expected shares">
      <Split view={view} />
    </Card>
  </>
)

interface HeadProps {
  readonly id: string
  readonly view: ExperimentView | undefined
  readonly query: string
}

function Head({ id, view, query }: HeadProps) {
  return (
    <div class="page-head">
      <div class="page-head-text">
        <p class="crumb">
          <a href="experiments">Experiments</a>
        </p>
        <h1>
          {id}{' '}
          {view && (
            <span class="badge">
              {view.holdout ? 'holdout' : (view.report.status ?? 'assigns')}
            </span>
          )}
        </h1>
        {view && <Counted view={view} />}
      </div>
      <div class="actions">
        <a class="button" href={`experiments/${segment(id)}/plan`}>
          Plan
        </a>
        {(['csv', 'svg'] as const).map((file) => (
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

/** The feature of an experiment, or whom a holdout keeps out of what. */
function Whose({ view: { report, holdout } }: ReportProps) {
  if (holdout === null)
    return (
      <>
        of <a href={`features/${segment(report.feature)}`}>{report.feature}</a>
      </>
    )
  return (
    <>
      keeps {holdout.percent} % of all people out of {ofWhat(holdout)}
    </>
  )
}

/** What the figures of the page are of. */
function Counted({ view }: ReportProps) {
  const { report, by } = view
  const { variants, days, windowMs, stitched } = report
  const units = variants.reduce((sum, one) => sum + one.units, 0)
  const [first, last] = [days[0], days.at(-1)]
  return (
    <p class="muted">
      <Whose view={view} />
      {report.gaps.nothing === null && `, ${many(units, by === 'unit' ? 'unit' : 'subject')}`}
      {first && last && ` first seen from ${first.day} to ${last.day}`}
      {windowMs !== null && `, each for ${windowText(windowMs)}`}
      {stitched && ', signed-out and signed-in time joined'}
      {report.to !== null && `, until ${dayText(report.to)}`}
    </p>
  )
}

function Figures({ view }: ReportProps) {
  const { report, exposures, isSound } = view
  const reading = { isSound, isFirstLook: report.looks.days <= 1 }
  return (
    <>
      <Card title="Metrics">
        {report.conversions.length > 0 ? (
          report.conversions.map((one) => (
            <Metric
              key={`${one.name} ${one.metric?.name ?? ''}`}
              conversion={one}
              report={report}
              reading={reading}
            />
          ))
        ) : (
          <p class="muted">
            No conversion has been recorded, and the live config declares no metric. Send
            conversions to <code>POST /events</code>, and declare what they mean under{' '}
            <code>metrics:</code>.
          </p>
        )}
      </Card>
      {report.segments.map((segment) => (
        <Card key={segment.attribute} title={`By ${segment.attribute}`}>
          <Segments segment={segment} reading={reading} />
        </Card>
      ))}
      <Card title="First exposures over time">
        <Chart series={exposures} label="First exposures over time, by variant" />
      </Card>
    </>
  )
}
