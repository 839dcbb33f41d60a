import type { ConfiguredExperiment } from '../../analysis/configured'
import { reportChart } from '../../analysis/charts'
import { splitOf } from '../../analysis/counted-units'
import {
  type ExperimentReport,
  experimentReport,
  type ReportQuestion,
} from '../../analysis/experiment-report'
import {
  gapLines,
  isSound,
  leakText,
  noteLines,
  phaseLines,
  redLines,
  splitVerdict,
} from '../../analysis/verdicts'
import { codeOf, messageOf } from '../../core/errors'
import { readDuration } from '../../experiments/duration'
import { timeOf } from '../../core/time'
import { ERROR, refused } from '../protocols/json-body'
import type { Answer, Operation, Route, ServerRequest } from '../route'
import type { ExperimentList, ExperimentView, Series } from './contract'
import type { Dashboard } from './dashboard'
import { experimentRow } from './experiment-rows'
import { reportCsv } from './report-csv'
import { refTo } from './schemas'

const QUERY = ['by', 'conversion', 'control', 'since', 'until', 'window', 'stitch'].map((name) => ({
  name,
  in: 'query',
  schema: { type: 'string' },
}))

const REFUSED = {
  400: { description: 'A parameter is not valid.', schema: ERROR },
  404: { description: 'The live config has no such experiment.', schema: ERROR },
  503: { description: 'The store is away.', schema: ERROR },
}

const LIST: Operation = {
  id: 'experiments',
  summary: 'The experiments of the live config, those of rules and those that are stopped included',
  answers: { 200: { description: 'Sorted by id.', schema: refTo('ExperimentList') } },
}

const VIEW: Operation = {
  id: 'experimentReport',
  summary: 'The report of liveflag experiment: whether it can be trusted, shares and conversions',
  parameters: QUERY,
  answers: {
    200: { description: 'Of what was recorded until now.', schema: refTo('ExperimentView') },
    ...REFUSED,
  },
}

const file = (id: string, ending: string, contentType: string): Operation => ({
  id,
  summary: `The same as ${ending}`,
  parameters: QUERY,
  answers: {
    200: { description: 'A file.', contentType, schema: { type: 'string' } },
    ...REFUSED,
  },
})

/** Experiments and their reports. */
export function experimentsRoutes(dashboard: Dashboard): readonly Route[] {
  const common = { method: 'GET', scope: 'viewer', forSessions: true } as const
  const path = '/api/v1/experiments'
  return [
    {
      ...common,
      path,
      operation: LIST,
      handle: async () => ({ status: 200, json: await listOf(dashboard) }),
    },
    {
      ...common,
      path: `${path}/:name`,
      operation: VIEW,
      handle: (request) =>
        reported(dashboard, request, (report) => ({ status: 200, json: viewOf(report) })),
    },
    {
      ...common,
      path: `${path}/:name/report.csv`,
      operation: file('experimentCsv', 'CSV', 'text/csv'),
      handle: (request) =>
        reported(dashboard, request, (report) =>
          download('text/csv; charset=utf-8', 'csv', report, reportCsv(report)),
        ),
    },
    {
      ...common,
      path: `${path}/:name/report.svg`,
      operation: file('experimentSvg', 'SVG', 'image/svg+xml'),
      handle: (request) =>
        reported(dashboard, request, (report) =>
          download('image/svg+xml', 'svg', report, reportChart(report)),
        ),
    },
  ]
}

const all = ({ context, rows }: Dashboard): readonly ConfiguredExperiment[] => {
  const { names, rejected } = context.features.snapshot
  return [...names, ...rejected].flatMap((name) => rows.experimentsOf(name))
}

async function listOf(dashboard: Dashboard): Promise<ExperimentList> {
  const { features, decider } = dashboard.context
  const experiments = all(dashboard)
  const units = await unitsOf(decider.records, experiments).catch(() => undefined)
  return {
    experiments: experiments
      .map((one) => experimentRow(one, features, units?.get(one.id) ?? null))
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
      if (known.has(id)) {
        const variants = await reports.exposedUnits(id)
        counts.set(
          id,
          variants.reduce((sum, { units }) => sum + units, 0),
        )
      }
    return counts
  })

/** The experiment of that id, else the one of that feature. */
function named(dashboard: Dashboard, name: string): ConfiguredExperiment | undefined {
  const experiments = all(dashboard)
  return (
    experiments.find(({ id }) => id === name) ?? experiments.find(({ feature }) => feature === name)
  )
}

async function reported(
  dashboard: Dashboard,
  request: ServerRequest,
  answer: (report: ExperimentReport) => Answer,
): Promise<Answer> {
  const configured = named(dashboard, request.params['name'] ?? '')
  if (configured === undefined)
    return refused(404, 'not_found', 'the live config has no such experiment')
  const { decider, features } = dashboard.context
  const { status } = experimentRow(configured, features)
  const question = questionOf(request.query, {
    experiment: { ...configured, status: status ?? undefined },
    now: dashboard.context.now(),
  })
  if (typeof question === 'string') return refused(400, 'bad_request', question)
  try {
    return answer(await experimentReport(decider.records, question))
  } catch (error) {
    if (codeOf(error) === 'LIVEFLAG_BAD_OPTION')
      return refused(400, 'bad_request', messageOf(error))
    if (codeOf(error) === 'LIVEFLAG_STORE_UNAVAILABLE')
      return refused(503, 'not_ready', 'the store of records is away; ask again later')
    throw error
  }
}

function questionOf(
  query: URLSearchParams,
  base: Pick<ReportQuestion, 'experiment' | 'now'>,
): ReportQuestion | string {
  const by = query.get('by')
  if (by !== null && by !== 'unit' && by !== 'decision')
    return 'by is not valid; send unit or decision'
  const from = timeIn(query, 'since')
  const to = timeIn(query, 'until')
  if (Number.isNaN(from) || Number.isNaN(to))
    return 'since or until is no time; send 2026-11-29, 2026-11-29T09:30:00Z or milliseconds'
  const window = query.get('window')
  const windowMs = window === null ? undefined : readDuration(window)
  if (window !== null && windowMs === undefined) return 'window is no time; send 7d, 12h or 30m'
  const conversion = query.get('conversion')
  const control = query.get('control')
  return {
    ...base,
    span: { ...(from !== undefined && { from }), ...(to !== undefined && { to }) },
    ...(by !== null && { by }),
    ...(windowMs !== undefined && { windowMs }),
    ...(query.get('stitch') === 'true' && { stitch: true }),
    ...(conversion !== null && { conversion }),
    ...(control !== null && { control }),
  }
}

function timeIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  return /^\d{12,14}$/.test(text) ? Number(text) : timeOf(text)
}

function viewOf(report: ExperimentReport): ExperimentView {
  return {
    report,
    isSound: isSound(report),
    warnings: warningsOf(report),
    exposures: exposuresOf(report),
    by: report.by,
    conversions: report.conversions.map(({ name }) => name),
  }
}

function warningsOf(report: ExperimentReport): readonly string[] {
  const { sampleRatio, leaks } = report
  return [
    ...(sampleRatio.verdict === 'mismatch' ? [splitVerdict(sampleRatio, splitOf(report))] : []),
    ...redLines(report),
    ...leaks.map(leakText),
    ...noteLines(report),
    ...phaseLines(report),
    ...gapLines(report),
  ]
}

const DAY_MS = 86_400_000

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
