import { DAY_MS } from '../../core/time'
import type { ConfiguredExperiment } from '../../analysis/configured'
import { reportChart } from '../../analysis/charts'
import { splitOf } from '../../analysis/counted-units'
import { dataChecks } from '../../analysis/data-checks'
import { distinctUnits } from '../../analysis/distinct-units'
import {
  type ExperimentReport,
  experimentReport,
  type ReportQuestion,
} from '../../analysis/experiment-report'
import { unrecordedLines } from '../../analysis/unrecorded'
import {
  gapLines,
  isSound,
  leakText,
  noteLines,
  phaseLines,
  redLines,
} from '../../analysis/verdicts'
import { farthestOff, splitVerdict } from '../../analysis/split-verdict'
import type { Answer, Operation, Route, ServerRequest } from '../route'
import type { ExperimentList, ExperimentView, Series } from './contract'
import type { Dashboard } from './dashboard'
import { experimentRow } from './experiment-rows'
import { holdoutIn, holdoutViews } from './holdouts/holdout-views'
import { allExperiments, askableNames, ofExperiment, REFUSED } from './named-experiments'
import { planRoute } from './plan-route'
import { reportCsv } from './report-csv'
import { REPORT_QUERY, reportQuestion } from './report-question'
import { refTo } from './schemas'

const LIST: Operation = {
  id: 'experiments',
  summary: 'The experiments of the live config, those of rules and those that are stopped included',
  answers: { 200: { description: 'Sorted by id.', schema: refTo('ExperimentList') } },
}

const VIEW: Operation = {
  id: 'experimentReport',
  summary: 'The report of liveflag experiment: whether it can be trusted, shares and conversions',
  parameters: REPORT_QUERY,
  answers: {
    200: { description: 'Of what was recorded until now.', schema: refTo('ExperimentView') },
    ...REFUSED,
  },
}

const file = (id: string, ending: string, contentType: string): Operation => ({
  id,
  summary: `The same as ${ending}`,
  parameters: REPORT_QUERY,
  answers: {
    200: { description: 'A file.', contentType, schema: { type: 'string' } },
    ...REFUSED,
  },
})

/** Experiments, their reports and their plans. */
export const experimentsRoutes = (dashboard: Dashboard): readonly Route[] => [
  {
    ...COMMON,
    path: PATH,
    operation: LIST,
    handle: async () => ({ status: 200, json: await listOf(dashboard) }),
  },
  {
    ...COMMON,
    path: `${PATH}/:name`,
    operation: VIEW,
    handle: (request) =>
      reported(dashboard, request, (report, names) => ({
        status: 200,
        json: viewOf(dashboard, report, names),
      })),
  },
  ...fileRoutes(dashboard),
  planRoute(dashboard),
]

const COMMON = { method: 'GET', scope: 'viewer', forSessions: true } as const
const PATH = '/api/v1/experiments'

const fileRoutes = (dashboard: Dashboard): readonly Route[] => [
  {
    ...COMMON,
    path: `${PATH}/:name/report.csv`,
    operation: file('experimentCsv', 'CSV', 'text/csv'),
    handle: (request) =>
      reported(dashboard, request, (report) =>
        download('text/csv; charset=utf-8', 'csv', report, reportCsv(report)),
      ),
  },
  {
    ...COMMON,
    path: `${PATH}/:name/report.svg`,
    operation: file('experimentSvg', 'SVG', 'image/svg+xml'),
    handle: (request) =>
      reported(dashboard, request, (report) =>
        download('image/svg+xml', 'svg', report, reportChart(report)),
      ),
  },
]

async function listOf(dashboard: Dashboard): Promise<ExperimentList> {
  const { features, decider } = dashboard.context
  const experiments = allExperiments(dashboard)
  const units = await unitsOf(decider.records, experiments).catch(() => undefined)
  const holdouts = holdoutViews(dashboard)
  return {
    experiments: experiments
      .map((one) =>
        experimentRow(one, features, units?.get(one.id) ?? null, holdoutIn(holdouts, one)),
      )
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  }
}

type Records = Dashboard['context']['decider']['records']

const unitsOf = (
  records: Records,
  experiments: readonly ConfiguredExperiment[],
): Promise<ReadonlyMap<string, number>> =>
  records.snapshot(async (reports) => {
    const known = new Set(await reports.experiments())
    const counts = new Map<string, number>()
    for (const { id } of experiments)
      if (known.has(id)) counts.set(id, await distinctUnits(reports, id))
    return counts
  })

type Answers = (report: ExperimentReport, names: readonly string[]) => Answer

async function reported(
  dashboard: Dashboard,
  request: ServerRequest,
  answer: Answers,
): Promise<Answer> {
  return ofExperiment(dashboard, request, async (experiment) => {
    const { decider, features, now } = dashboard.context
    const { metrics } = features.snapshot
    const question = reportQuestion(request.query, { experiment, metrics, now: now() })
    const report = await experimentReport(decider.records, question)
    return answer(report, await namesFor(decider.records, report, question))
  })
}

/** What can be asked for: when one is asked for, the report has no other. */
async function namesFor(
  records: Records,
  { experiment, conversions }: ExperimentReport,
  { conversion, metrics = [] }: ReportQuestion,
): Promise<readonly string[]> {
  if (conversion === undefined) return conversions.map(({ metric, name }) => metric?.name ?? name)
  const recorded = await records.snapshot((reports) => reports.conversionNames(experiment))
  return askableNames(metrics, recorded)
}

function viewOf(
  dashboard: Dashboard,
  report: ExperimentReport,
  conversions: readonly string[],
): ExperimentView {
  const { feature, experiment: id } = report
  const gated = dashboard.rows.gatedRampOf(feature)
  return {
    report,
    isSound: isSound(report),
    checks: dataChecks(report),
    warnings: warningsOf(report),
    mismatch:
      report.sampleRatio.verdict === 'mismatch'
        ? farthestOff(splitOf(report), report.phases)
        : null,
    exposures: exposuresOf(report),
    by: report.by,
    conversions,
    holdout: holdoutIn(holdoutViews(dashboard), { id, feature }),
    gatedFeature: gated?.experiment.id === id ? feature : null,
  }
}

function warningsOf(report: ExperimentReport): readonly string[] {
  const { sampleRatio, leaks, gaps } = report
  // Of nobody there is nothing else to say.
  if (gaps.nothing !== null) return [...redLines(report), ...gapLines(report)]
  return [
    ...(sampleRatio.verdict === 'mismatch'
      ? [splitVerdict(sampleRatio, splitOf(report), report.phases)]
      : []),
    ...redLines(report),
    ...leaks.map(leakText),
    ...unrecordedLines(report),
    ...noteLines(report),
    ...phaseLines(report),
    ...gapLines(report),
  ]
}

function exposuresOf({ days, variants }: ExperimentReport): Series {
  return {
    starts: days.map(({ day }) => Date.parse(day)),
    stepMs: DAY_MS,
    counts: Object.fromEntries(
      variants.map(({ variant }) => [variant, days.map(({ units }) => units[variant] ?? 0)]),
    ),
  }
}

/** An SVG of somebody's names must not run as a page of this origin, so it is a download. */
const download = (
  type: string,
  ending: string,
  { experiment }: ExperimentReport,
  text: string,
): Answer => ({
  status: 200,
  headers: {
    'content-type': type,
    'content-disposition': `attachment; filename="${experiment.replaceAll(/[^\w.-]/g, '_')}.${ending}"`,
    'content-security-policy': "default-src 'none'; sandbox",
  },
  text,
})
