import { lengthOf, numberOf, shareOf, sharesOf } from '../../analysis/asked-figures'
import {
  metricOf,
  type Observed,
  observedIn,
  plannedShares,
  plannedVariants,
  plannedWindow,
  type PlanSources,
} from '../../analysis/planned-experiment'
import { planExperiment } from '../../analysis/planning'
import { LiveflagError } from '../../core/errors'
import { openText, type Reading } from '../live-config-file'
import { metricsOf, namedExperiment, reportedIn } from '../named-experiment'
import { Output } from '../output'
import { openRecords } from '../records'
import { type ExitCode, OK, type Terminal } from '../terminal'
import { planLines } from './plan-lines'

export interface PlanFlags extends Reading {
  readonly rate?: string
  readonly mean?: string
  readonly variance?: string
  readonly effect?: string
  readonly units?: string
  readonly perDay?: string
  readonly shares?: string
  readonly power?: string
  readonly store?: string
  readonly like?: string
  readonly conversion?: string
  readonly value?: boolean
  readonly window?: string
  readonly json?: boolean
}

/** `liveflag plan`: what an experiment can find before it starts, and how long it takes. */
export async function plan(
  path: string | undefined,
  name: string | undefined,
  flags: PlanFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  checkFigures(flags)
  const known = path === undefined ? {} : await named(path, name, flags, terminal)
  const { like, conversion, value: isValue } = flags
  const sources: PlanSources = {
    ...known,
    ...{ like, conversion, isValue, windowMs: lengthOf('--window', flags.window) },
  }
  const observed = await observedBy(sources, flags, terminal)
  const figures = {
    units: numberOf('--units', flags.units),
    effect: shareOf('--effect', flags.effect),
    power: shareOf('--power', flags.power),
    windowMs: plannedWindow(sources),
    unitsPerDay: numberOf('--per-day', flags.perDay) ?? observed?.unitsPerDay,
  }
  const written = sharesOf('--shares', flags.shares)
  const shares = written ?? plannedShares(sources.experiment)
  const names = written ? [] : plannedVariants(sources.experiment)
  const metric = writtenMetric(flags) ?? observed?.metric ?? missingMetric()
  // Of a metric alone nothing can be said, and a table without rows would not say so.
  if (figures.effect === undefined && figures.units === undefined)
    throw bad(
      'say what to plan for: --effect 5% for the units that it needs, --units 60000 for what they find, or both',
    )
  const asked = planExperiment({
    metric,
    ...(shares && { shares }),
    ...present(figures),
  })
  const output = new Output(terminal)
  if (flags.json) output.document({ ...asked, unitsPerDay: figures.unitsPerDay ?? null })
  else output.lines(planLines(asked, figures, names))
  return OK
}

/** Figures that are written and figures of the store would be two metrics. */
function checkFigures({ rate, mean, variance, conversion }: PlanFlags): void {
  const written = rate !== undefined ? '--rate' : mean !== undefined ? '--mean' : '--variance'
  if (conversion === undefined || (rate ?? mean ?? variance) === undefined) return
  throw bad(
    `both ${written} and --conversion say what is measured; leave out ${written} to take it from the store, or --conversion`,
  )
}

const writtenMetric = ({ rate, mean, variance }: PlanFlags) =>
  metricOf(
    {
      rate: shareOf('--rate', rate),
      mean: numberOf('--mean', mean),
      variance: numberOf('--variance', variance),
    },
    '--',
  )

type Named = Pick<PlanSources, 'experiment' | 'experiments' | 'metrics'>

async function named(
  path: string,
  name: string | undefined,
  flags: PlanFlags,
  terminal: Terminal,
): Promise<Named> {
  if (name === undefined) throw bad('name the experiment of the live config, by feature or by id')
  const { texts } = await openText(path, flags, terminal.stdin)
  const experiments = reportedIn(texts, flags)
  return {
    experiments,
    experiment: namedExperiment(name, path, experiments),
    metrics: metricsOf(texts, flags),
  }
}

/** What the store says of traffic and of the metric of an experiment. */
async function observedBy(
  sources: PlanSources,
  { store: given, perDay }: PlanFlags,
  terminal: Terminal,
): Promise<Observed | undefined> {
  const { experiment, like, conversion } = sources
  const asked = given ?? (like === undefined ? undefined : terminal.env.LIVEFLAG_STORE)
  if (asked === undefined && like === undefined) return undefined
  if (asked === undefined)
    throw bad(`--like: say where experiment ${like} was recorded, with --store or LIVEFLAG_STORE`)
  const id = like ?? experiment?.id
  if (id === undefined) throw bad('--store: say of which experiment, with --like')
  const store = await openRecords(asked)
  try {
    const now = terminal.now().getTime()
    const observed = await store.snapshot((reports) => observedIn(reports, { ...sources, now }))
    if (observed.unitsPerDay === undefined && perDay === undefined)
      throw bad(`--store: nothing was recorded of experiment ${id}; give --per-day`)
    if (conversion !== undefined && observed.metric === undefined)
      throw bad(`--conversion: no unit of a control of experiment ${id} has ${conversion}`)
    return observed
  } finally {
    await store.close()
  }
}

function missingMetric(): never {
  throw bad(
    'say what is measured: --rate 10%, or --mean and --variance, or --store with --conversion',
  )
}

const bad = (message: string): LiveflagError => new LiveflagError('LIVEFLAG_BAD_OPTION', message)

/** The members that are not undefined. */
const present = <Value>(
  values: Readonly<Record<string, Value | undefined>>,
): Readonly<Record<string, Value>> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  )
