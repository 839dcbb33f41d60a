import type { ConfiguredExperiment } from '../../analysis/configured'
import { controlsOf, pooled } from '../../analysis/controls'
import { type PlannedMetric, planExperiment } from '../../analysis/planning'
import { LiveflagError } from '../../core/errors'
import type { Reports } from '../../recording/store'
import { openText, type Reading } from '../live-config-file'
import { experimentsOf, namedExperiment } from '../named-experiment'
import { numberOf, shareOf } from '../number-argument'
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
  readonly json?: boolean
}

/** `liveflag plan`: what an experiment can find before it starts, and how long it takes. */
export async function plan(
  path: string | undefined,
  name: string | undefined,
  flags: PlanFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const configured = path === undefined ? undefined : await named(path, name, flags, terminal)
  const observed = await observedBy(configured, flags, terminal)
  const figures = {
    units: numberOf('--units', flags.units),
    effect: shareOf('--effect', flags.effect),
    power: shareOf('--power', flags.power),
    unitsPerDay: numberOf('--per-day', flags.perDay) ?? observed?.perDay,
  }
  const shares = sharesOf(configured, flags)
  const asked = planExperiment({
    metric: metricOf(flags) ?? observed?.metric ?? missingMetric(),
    ...(shares && { shares }),
    ...present(figures),
  })
  const output = new Output(terminal)
  if (flags.json) output.document({ ...asked, unitsPerDay: figures.unitsPerDay ?? null })
  else output.lines(planLines(asked, figures))
  return OK
}

async function named(
  path: string,
  name: string | undefined,
  flags: PlanFlags,
  terminal: Terminal,
): Promise<ConfiguredExperiment> {
  if (name === undefined) throw bad('name the experiment of the live config, by feature or by id')
  const { texts } = await openText(path, flags, terminal.stdin)
  return namedExperiment(name, path, experimentsOf(texts, flags))
}

interface Observed {
  readonly perDay?: number
  readonly metric?: PlannedMetric
}

const DAY_MS = 86_400_000

/** What the store says of traffic and of the metric of an experiment. */
async function observedBy(
  configured: ConfiguredExperiment | undefined,
  { store: given, like, conversion, value, perDay }: PlanFlags,
  terminal: Terminal,
): Promise<Observed | undefined> {
  const asked = given ?? (like === undefined ? undefined : terminal.env.LIVEFLAG_STORE)
  if (asked === undefined) return undefined
  const experiment = like ?? configured?.id
  if (experiment === undefined) throw bad('--store: say of which experiment, with --like')
  const store = await openRecords(asked)
  try {
    return await store.snapshot(async (reports) => ({
      ...(perDay === undefined && (await trafficOf(reports, experiment))),
      ...(conversion !== undefined && {
        metric: await metricIn(reports, experiment, conversion, value ?? false),
      }),
    }))
  } finally {
    await store.close()
  }
}

/** The units of a day, over the days from the first exposure to the last. */
async function trafficOf(reports: Reports, experiment: string): Promise<Observed> {
  const steps = await reports.exposuresOverTime(experiment, DAY_MS)
  const [first, last] = [steps[0]?.start, steps.at(-1)?.start]
  if (first === undefined || last === undefined)
    throw bad(`--store: nothing was recorded of experiment ${experiment}; give --per-day`)
  const units = steps.reduce((sum, step) => sum + step.units, 0)
  return { perDay: units / ((last - first) / DAY_MS + 1) }
}

/** What the controls did, who saw no change. */
async function metricIn(
  reports: Reports,
  experiment: string,
  name: string,
  isValue: boolean,
): Promise<PlannedMetric> {
  const counted = await reports.conversions({ experiment, name, by: 'unit' })
  const controls = controlsOf(
    counted.map(({ variant }) => variant),
    undefined,
  )
  const seen = pooled(counted.filter(({ variant }) => controls.includes(variant)))
  if (!seen || seen.converted === 0 || seen.units < 2)
    throw bad(`--conversion: no unit of ${controls.join(' and ') || experiment} has ${name}`)
  return isValue
    ? { mean: seen.sum / seen.units, variance: seen.squaredDeviations / (seen.units - 1) }
    : { rate: seen.converted / seen.units }
}

/** Of the flags: the control first. */
function sharesOf(
  configured: ConfiguredExperiment | undefined,
  { shares }: PlanFlags,
): readonly number[] | undefined {
  if (shares !== undefined)
    return shares.split(',').map((part) => numberOf('--shares', part.replace('%', '')) ?? 0)
  const all = configured?.shares?.filter(({ share }) => share > 0)
  if (!all) return undefined
  const controls = controlsOf(
    all.map(({ variant }) => variant),
    undefined,
  )
  const isControl = ({ variant }: { readonly variant: string }): boolean =>
    controls.includes(variant)
  const control = all.filter(isControl).reduce((sum, { share }) => sum + share, 0)
  return [control, ...all.filter((one) => !isControl(one)).map(({ share }) => share)]
}

function metricOf({ rate, mean, variance }: PlanFlags): PlannedMetric | undefined {
  if (rate !== undefined && mean !== undefined)
    throw bad('--rate and --mean are two metrics; give one')
  const share = shareOf('--rate', rate)
  if (share !== undefined) return { rate: share }
  const [middle, spread] = [numberOf('--mean', mean), numberOf('--variance', variance)]
  if ((middle === undefined) !== (spread === undefined))
    throw bad('--mean and --variance go together')
  return middle === undefined || spread === undefined
    ? undefined
    : { mean: middle, variance: spread }
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
