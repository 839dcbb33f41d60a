import { LiveflagError } from '../core/errors'
import { DAY_MS } from '../core/time'
import type { Share } from '../experiments/shares'
import type { Metric } from '../live-config/read-entries'
import type { Reports } from '../recording/store'
import type { ConfiguredExperiment } from './configured'
import { controlsOf } from './controls'
import { distinctUnits } from './distinct-units'
import { observedMetric } from './observed-metric'
import type { PlannedMetric, PlanOptions } from './planning'

/** What a plan is made of, where it is not said by figures. */
export interface PlanSources {
  /** Whose shares are planned, and whose records are read. */
  readonly experiment?: ConfiguredExperiment | undefined
  /** The id of an earlier experiment, whose records are read instead. */
  readonly like?: string | undefined
  /** The experiments of the live config: where it is one of them, its control is the declared one. */
  readonly experiments?: readonly ConfiguredExperiment[]
  /** A metric of the live config, or the name of conversions. */
  readonly conversion?: string | undefined
  /** The metric is the value of the conversions, and not their rate. */
  readonly isValue?: boolean | undefined
  /** The metrics that the live config declares. */
  readonly metrics?: readonly Metric[]
  /** How long conversions count, before the window of a metric or an experiment. */
  readonly windowMs?: number | undefined
  /** Windows that end later are not over. Default: now. */
  readonly now?: number
}

/** What the records of an experiment say. */
export interface Observed {
  /** The units of a day; undefined if nothing was recorded. */
  readonly unitsPerDay: number | undefined
  /** Undefined if no conversion is asked for, or no unit of a control has it. */
  readonly metric: PlannedMetric | undefined
}

/** Reads the traffic and the metric of an experiment, as they were recorded. */
export async function observedIn(reports: Reports, sources: PlanSources): Promise<Observed> {
  const experiment = sources.like ?? sources.experiment?.id
  if (experiment === undefined) return { unitsPerDay: undefined, metric: undefined }
  const { conversion } = sources
  return {
    unitsPerDay: await trafficOf(reports, experiment),
    metric: conversion === undefined ? undefined : await metricIn(reports, experiment, sources),
  }
}

/** The units of a day, over the days from the first exposure to the last. */
async function trafficOf(reports: Reports, experiment: string): Promise<number | undefined> {
  const steps = await reports.exposuresOverTime(experiment, DAY_MS)
  const [first, last] = [steps[0]?.start, steps.at(-1)?.start]
  if (first === undefined || last === undefined) return undefined
  const units = await distinctUnits(reports, experiment)
  return units / ((last - first) / DAY_MS + 1)
}

/** As the report counts it; of the controls, who saw no change. */
async function metricIn(
  reports: Reports,
  id: string,
  sources: PlanSources,
): Promise<PlannedMetric | undefined> {
  const { conversion = '', isValue, metrics = [], windowMs, now } = sources
  const metric = metrics.find(({ name }) => name === conversion)
  return observedMetric(reports, {
    experiment: recordedAs(id, sources),
    event: metric?.event ?? conversion,
    metric,
    isValue: isValue ?? metric?.type === 'value',
    windowMs,
    now,
  })
}

/** How long conversions count, as in the report: as asked for, else by the metric, else by the experiment. */
export const plannedWindow = ({
  experiment,
  conversion,
  metrics = [],
  windowMs,
}: PlanSources): number | undefined =>
  windowMs ?? metrics.find(({ name }) => name === conversion)?.windowMs ?? experiment?.windowMs

/** The experiment whose records are read. An earlier one is counted by the window of the one that is planned. */
function recordedAs(
  id: string,
  { experiment, experiments = [] }: PlanSources,
): ConfiguredExperiment {
  if (experiment?.id === id) return experiment
  const unknown: ConfiguredExperiment = {
    ...{ feature: id, id, status: undefined, shares: undefined },
  }
  const { windowMs: _own, ...found } = experiments.find((one) => one.id === id) ?? unknown
  return { ...found, ...(experiment?.windowMs !== undefined && { windowMs: experiment.windowMs }) }
}

/** The shares of an experiment as a plan takes them: that of the control, or of both, is the first. */
export function plannedShares(experiment: ConfiguredExperiment | undefined): PlanOptions['shares'] {
  const [controls, others] = armsOf(experiment)
  if (controls.length === 0) return undefined
  const control = controls.reduce((sum, { share }) => sum + share, 0)
  return [control, ...others.map(({ share }) => share)]
}

/** What each of these shares is called: two controls are one. */
export function plannedVariants(experiment: ConfiguredExperiment | undefined): readonly string[] {
  const [controls, others] = armsOf(experiment)
  const control = controls.map(({ variant }) => variant).join(' and ')
  return controls.length === 0 ? [] : [control, ...others.map(({ variant }) => variant)]
}

const namesOf = (variants: readonly Share[]): readonly string[] =>
  variants.map(({ variant }) => variant)

function armsOf(
  experiment: ConfiguredExperiment | undefined,
): readonly [controls: readonly Share[], others: readonly Share[]] {
  const all = experiment?.shares?.filter(({ share }) => share > 0) ?? []
  const names = all.length === 0 ? [] : controlsOf(namesOf(all), undefined, experiment?.control)
  return [
    all.filter(({ variant }) => names.includes(variant)),
    all.filter(({ variant }) => !names.includes(variant)),
  ]
}

/** The figures of a question about a metric, as people write them. */
export interface WrittenMetric {
  readonly rate: number | undefined
  readonly mean: number | undefined
  readonly variance: number | undefined
}

/**
 * The metric that figures describe; undefined without any.
 *
 * @param prefix of the names of options, for the message: `--`
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION
 */
export function metricOf(
  { rate, mean, variance }: WrittenMetric,
  prefix = '',
): PlannedMetric | undefined {
  if (rate !== undefined && mean !== undefined)
    throw bad(`${prefix}rate and ${prefix}mean are two metrics; give one`)
  if (rate !== undefined) return { rate }
  if ((mean === undefined) !== (variance === undefined))
    throw bad(`${prefix}mean and ${prefix}variance go together`)
  return mean === undefined || variance === undefined ? undefined : { mean, variance }
}

const bad = (message: string): LiveflagError => new LiveflagError('LIVEFLAG_BAD_OPTION', message)
