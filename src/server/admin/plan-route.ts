import { DAY_MS } from '../../core/time'
import { lengthOf, numberOf, shareOf, sharesOf } from '../../analysis/asked-figures'
import type { ConfiguredExperiment } from '../../analysis/configured'
import {
  metricOf,
  type Observed,
  observedIn,
  plannedShares,
  plannedVariants,
  plannedWindow,
  type PlanSources,
} from '../../analysis/planned-experiment'
import {
  effectsByDay,
  type Plan,
  type PlannedDay,
  planExperiment,
  type PlanOptions,
} from '../../analysis/planning'
import type { Operation, Route } from '../route'
import type { PlanView } from './contract'
import type { Dashboard } from './dashboard'
import { allExperiments, askableNames, ofExperiment, REFUSED } from './named-experiments'
import { refTo } from './schemas'

const NAMES = [
  ...['rate', 'mean', 'variance', 'conversion', 'value', 'effect'],
  ...['units', 'per_day', 'shares', 'power', 'like', 'window'],
]

const PLAN: Operation = {
  id: 'experimentPlan',
  summary: 'The plan of liveflag plan: what the experiment finds, how many units and days it needs',
  parameters: NAMES.map((name) => ({ name, in: 'query', schema: { type: 'string' } })),
  answers: {
    200: { description: 'With the shares of the live config.', schema: refTo('PlanView') },
    ...REFUSED,
  },
}

/** What an experiment can find before it starts. */
export const planRoute = (dashboard: Dashboard): Route => ({
  method: 'GET',
  path: '/api/v1/experiments/:name/plan',
  scope: 'viewer',
  forSessions: true,
  operation: PLAN,
  handle: (request) =>
    ofExperiment(dashboard, request, async (experiment) => ({
      status: 200,
      json: await planView(dashboard, experiment, request.query),
    })),
})

async function planView(
  dashboard: Dashboard,
  experiment: ConfiguredExperiment,
  query: URLSearchParams,
): Promise<PlanView> {
  const asked = (name: string): string | undefined => query.get(name) || undefined
  const { features, decider, now } = dashboard.context
  const { metrics } = features.snapshot
  const sources: PlanSources = {
    experiment,
    experiments: allExperiments(dashboard),
    metrics,
    now: now(),
    like: asked('like'),
    conversion: asked('conversion'),
    isValue: asked('value') === 'true' ? true : undefined,
    windowMs: lengthOf('window', asked('window')),
  }
  const { observed, names, recorded } = await decider.records.snapshot(async (reports) => ({
    observed: await observedIn(reports, sources),
    names: await reports.conversionNames(sources.like ?? experiment.id),
    recorded: await reports.experiments(),
  }))
  const perDay = numberOf('per_day', asked('per_day'))
  const options = optionsOf(asked, sources, observed, perDay)
  const plan = options && planExperiment(options)
  return {
    plan: plan ?? null,
    unitsPerDay: perDay ?? observed.unitsPerDay ?? null,
    isObserved: perDay === undefined && observed.unitsPerDay !== undefined,
    curve: options && plan ? curveOf(options, plan) : [],
    variants: plannedVariants(experiment),
    conversions: askableNames(metrics, names),
    recorded,
    note: noteOf(sources, observed, options),
  }
}

type Asked = (name: string) => string | undefined

/** Undefined until something says what is measured. */
function optionsOf(
  asked: Asked,
  sources: PlanSources,
  observed: Observed,
  perDay: number | undefined,
): PlanOptions | undefined {
  const written = metricOf({
    rate: shareOf('rate', asked('rate')),
    mean: numberOf('mean', asked('mean')),
    variance: numberOf('variance', asked('variance')),
  })
  const metric = written ?? observed.metric
  const shares = sharesOf('shares', asked('shares')) ?? plannedShares(sources.experiment)
  const [units, effect] = [numberOf('units', asked('units')), shareOf('effect', asked('effect'))]
  const power = shareOf('power', asked('power'))
  const unitsPerDay = perDay ?? observed.unitsPerDay
  const windowMs = plannedWindow(sources)
  return (
    metric && {
      metric,
      ...(shares && { shares }),
      ...(units !== undefined && { units }),
      ...(effect !== undefined && { effect }),
      ...(power !== undefined && { power }),
      ...(unitsPerDay !== undefined && { unitsPerDay }),
      ...(windowMs !== undefined && { windowMs }),
    }
  )
}

/** How far a curve reaches where no effect says how many days are needed. */
const USUAL_DAYS = 28
const MOST_DAYS = 365

/** Some days more than are needed by who looks often. */
function curveOf(options: PlanOptions, { once, often }: Plan): readonly PlannedDay[] {
  const { unitsPerDay } = options
  if (unitsPerDay === undefined) return []
  const needed = Math.max(once.days ?? 0, often.days ?? 0)
  const usual = USUAL_DAYS + (options.windowMs ?? 0) / DAY_MS
  const last = Math.ceil(Math.max(usual, needed * 1.2))
  return effectsByDay({ ...options, unitsPerDay }, Math.min(MOST_DAYS, last))
}

function noteOf(
  { conversion, like, experiment }: PlanSources,
  observed: Observed,
  options: PlanOptions | undefined,
): string | null {
  const id = like ?? experiment?.id ?? ''
  if (conversion !== undefined && observed.metric === undefined)
    return `no unit of a control of ${id} has ${conversion}, so its records do not say what is usual: give a rate, or take another experiment's records`
  if (options === undefined) return 'say what is measured: a rate, a mean, or a metric with records'
  if (options.unitsPerDay === undefined)
    return `nothing was recorded of ${id}, so the days are not known: give the units of a day, or take another experiment's records`
  return null
}
