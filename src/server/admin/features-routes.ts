import { readFile } from 'node:fs/promises'
import { stringify } from 'yaml'
import { Simulation } from '../../analysis/simulation'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from '../../core/json'
import { metadataOf } from '../../core/metadata'
import { type Facts, worldOf } from '../../core/world'
import type { Features } from '../../engine/features'
import { inSlices, TimeSlice } from '../../runtime/time-slice'
import { answering, ERROR, refused } from '../protocols/json-body'
import type { Answer, Operation, Route, ServerRequest } from '../route'
import { SERIES } from './answer-schemas'
import type { CodeReference, FeatureDetail, Series, Shares } from './contract'
import type { Dashboard } from './dashboard'
import { experimentRow } from './experiment-rows'
import { FeatureLists } from './feature-list'
import type { FeatureRows } from './feature-rows'
import { BAD_POPULATION, POPULATION_PARAMETER, withPopulation } from './population-choice'
import type { Population } from './populations'
import { refTo } from './schemas'

const LIST: Operation = {
  id: 'features',
  summary: 'Every feature: whom it is for in words, its share, and how often it is asked',
  parameters: [{ name: 'If-None-Match', in: 'header', schema: { type: 'string' } }],
  answers: {
    200: {
      description: 'As of now. While isComputing is true, shares are still missing.',
      schema: refTo('FeatureList'),
      headers: { ETag: 'Names the content.' },
    },
    304: { description: 'It is the one that If-None-Match names.' },
  },
}

const DETAIL: Operation = {
  id: 'feature',
  summary: 'One feature: its entry as it is written, in words, and how it was asked',
  answers: {
    200: { description: 'As of now.', schema: refTo('FeatureDetail') },
    404: { description: 'The live config does not have it.', schema: ERROR },
  },
}

const SHARES: Operation = {
  id: 'featureShares',
  summary: 'What a population gets of a feature, as liveflag simulate reports it',
  parameters: [POPULATION_PARAMETER],
  answers: {
    200: { description: 'Of this population.', schema: refTo('Shares') },
    404: { description: 'The live config does not have it, or nobody is recorded.', schema: ERROR },
    ...BAD_POPULATION,
  },
}

const EVALUATIONS: Operation = {
  id: 'featureEvaluations',
  summary: 'How often a feature was asked in each of the last 48 hours or 45 days, on all servers',
  parameters: [{ name: 'step', in: 'query', schema: { enum: ['hour', 'day'] } }],
  answers: {
    200: { description: 'Empty without a database.', schema: SERIES },
    400: { description: 'There is no such step.', schema: ERROR },
    404: { description: 'The live config does not have it.', schema: ERROR },
  },
}

export function featuresRoutes(dashboard: Dashboard): readonly Route[] {
  const lists = new FeatureLists(dashboard)
  const closing = new AbortController()
  dashboard.context.onClose(() => closing.abort())
  // So that the first page does not wait; what is not found by then is found when it is asked.
  void inSlices(dashboard.rows.prepare(), closing.signal).catch(() => undefined)
  const common = { method: 'GET', scope: 'viewer', forSessions: true } as const
  const base = '/api/v1/features'
  return [
    {
      ...common,
      path: base,
      operation: LIST,
      handle: async (request) => (await lists.text()).answer(request),
    },
    {
      ...common,
      path: `${base}/:name`,
      operation: DETAIL,
      handle: ({ params }) => detail(dashboard, params['name'] ?? ''),
    },
    {
      ...common,
      path: `${base}/:name/shares`,
      operation: SHARES,
      handle: (request) => answering(() => shares(dashboard, request)),
    },
    {
      ...common,
      path: `${base}/:name/evaluations`,
      operation: EVALUATIONS,
      handle: ({ params, query }) =>
        evaluations(dashboard, params['name'] ?? '', query.get('step') ?? 'hour'),
    },
  ]
}

export const unknownFeature = (): Answer =>
  refused(404, 'not_found', 'the live config has no such feature')

async function detail(dashboard: Dashboard, name: string): Promise<Answer> {
  const { context, rows, texts } = dashboard
  const described = context.features.describe(name)
  const row = rows.of(name)
  if (described === undefined || row === undefined) return unknownFeature()
  const { source, position, value } = described
  const file = await texts.of(source)
  const experiments = rows.experimentsOf(name)
  const answer: FeatureDetail = {
    row,
    text: file.written().entryText(name) ?? stringify({ [`feature_${name}`]: value }).trimEnd(),
    place: { source, ...position, hash: file.hash },
    value,
    selectors: described
      .words()
      .map(({ selector, words }) => ({ selector, words, line: described.placeOf(selector).line })),
    metadata: isJsonObject(value) ? plainMetadata(value) : {},
    problems: await texts.withExcerpts(
      described.problems.map((problem) => ({ source, ...problem })),
    ),
    variants: [
      ...new Set(experiments.flatMap(({ shares: all = [] }) => all.map(({ variant }) => variant))),
    ],
    experiments: experiments.map((one) => experimentRow(one, context.features)),
    holdouts: rows.holdoutsOf(name),
    evaluations: seriesOf(dashboard, name),
    references: await referencesOf(context.settings.usage, name),
  }
  return { status: 200, json: answer }
}

const plainMetadata = (value: JsonObject): JsonObject => ({ ...metadataOf(value) })

function seriesOf({ context }: Dashboard, name: string): Series {
  const { from, answers } = context.evaluations.series(name)
  const length = Object.values(answers)[0]?.length ?? 0
  const stepMs = 60_000
  return {
    starts: Array.from({ length }, (_, i) => from + i * stepMs),
    stepMs,
    counts: answers,
  }
}

function evaluations({ context }: Dashboard, name: string, step: string): Answer {
  if (context.features.describe(name) === undefined) return unknownFeature()
  if (step !== 'hour' && step !== 'day')
    return refused(400, 'bad_request', 'step is not known; send hour or day')
  const { starts, stepMs, asked } = context.asked.series(name, step)
  const series: Series = { starts, stepMs, counts: { asked } }
  return { status: 200, json: series }
}

async function shares(dashboard: Dashboard, { params, query }: ServerRequest): Promise<Answer> {
  const { context, rows } = dashboard
  const { features } = context
  const name = params['name'] ?? ''
  if (features.describe(name) === undefined) return unknownFeature()
  return withPopulation(dashboard, query, (population) =>
    sharesOf(population, name, features, rows),
  )
}

async function sharesOf(
  { info, visitors }: Population,
  name: string,
  features: Features,
  rows: FeatureRows,
): Promise<Answer> {
  if (visitors.length === 0) return refused(404, 'nothing_recorded', info.note ?? 'nobody is there')
  const simulation = new Simulation(name, rows.experimentsOf(name))
  await inSlices(askAll(simulation, name, visitors, features))
  const answer: Shares = { population: info, report: simulation.report() }
  return { status: 200, json: answer }
}

function* askAll(
  simulation: Simulation,
  name: string,
  visitors: readonly Facts[],
  features: Features,
): Generator<void, void> {
  const slice = new TimeSlice()
  for (const facts of visitors) {
    if (slice.isOver()) yield
    simulation.add(features.for(worldOf(facts)).decide(name))
  }
}

/**
 * The places that a usage report names: `{ references: [{ feature, file, line, text }] }`. Null
 * without a report, and with one that cannot be read.
 */
async function referencesOf(path: string, name: string): Promise<readonly CodeReference[] | null> {
  if (path === '') return null
  try {
    const report: unknown = JSON.parse(await readFile(path, 'utf8'))
    const all = isJsonObject(report as JsonValue) ? (report as JsonObject)['references'] : undefined
    if (!isJsonList(all)) return null
    return all
      .filter(isJsonObject)
      .flatMap(({ feature, file, line, text }) =>
        feature === name && typeof file === 'string' && typeof line === 'number'
          ? [{ file, line, text: typeof text === 'string' ? text : '' }]
          : [],
      )
  } catch {
    return null
  }
}
