import { type ConfiguredExperiment, experimentOfHoldout } from '../../analysis/configured'
import { codeOf, messageOf } from '../../core/errors'
import type { Metric } from '../../live-config/read-entries'
import { ERROR, refused } from '../protocols/json-body'
import type { Answer, ServerRequest } from '../route'
import type { Dashboard } from './dashboard'
import { experimentRow } from './experiment-rows'

/** What the routes of one experiment answer besides what was asked for. */
export const REFUSED = {
  400: { description: 'A parameter is not valid.', schema: ERROR },
  404: { description: 'The live config has no such experiment.', schema: ERROR },
  503: { description: 'The store is away.', schema: ERROR },
}

/**
 * Every experiment of the live config in force, and of entries that were refused; last its holdouts, as
 * `liveflag experiment` has them.
 */
export function allExperiments({ context, rows }: Dashboard): readonly ConfiguredExperiment[] {
  const { names, rejected, holdouts } = context.features.snapshot
  return [
    ...[...names, ...rejected].flatMap((name) => rows.experimentsOf(name)),
    ...holdouts.map(experimentOfHoldout),
  ]
}

/** Answers about the experiment of the path; what cannot be answered is refused with its reason. */
export async function ofExperiment(
  dashboard: Dashboard,
  { params }: ServerRequest,
  answer: (experiment: ConfiguredExperiment) => Promise<Answer>,
): Promise<Answer> {
  const experiment = named(dashboard, params['name'] ?? '')
  if (experiment === undefined)
    return refused(404, 'not_found', 'the live config has no such experiment')
  try {
    return await answer(experiment)
  } catch (error) {
    if (codeOf(error) === 'LIVEFLAG_BAD_OPTION')
      return refused(400, 'bad_request', messageOf(error))
    if (codeOf(error) === 'LIVEFLAG_STORE_UNAVAILABLE')
      return refused(503, 'not_ready', 'the store of records is away; ask again later')
    throw error
  }
}

/** The experiment of that id, else the one of that feature; with its status of now. */
function named(dashboard: Dashboard, name: string): ConfiguredExperiment | undefined {
  const experiments = allExperiments(dashboard)
  const found =
    experiments.find(({ id }) => id === name) ?? experiments.find(({ feature }) => feature === name)
  if (found === undefined) return undefined
  const { status } = experimentRow(found, dashboard.context.features)
  return { ...found, status: status ?? undefined }
}

/** Names that a question may ask for: metrics, and conversions that none of them counts. */
export const askableNames = (
  metrics: readonly Metric[],
  recorded: readonly string[],
): readonly string[] => [
  ...metrics.map(({ name }) => name),
  ...recorded.filter((name) => !metrics.some(({ event }) => event === name)),
]
