/**
 * The evaluator beside the one that the payloads were written for: `@growthbook/growthbook`, on
 * random payloads and visitors. `differential.departures.test.ts` has what differs on purpose.
 */
import { GrowthBookClient } from '@growthbook/growthbook'
import fc from 'fast-check'
import type { FeatureResult, GrowthBookContext } from '../../src/growthbook/context'
import { evalFeature, runExperiment } from '../../src/growthbook/evaluate'
import { featureResultOf } from '../../src/growthbook/evaluation'
import { type RequestOptions, worldOf } from '../../src/index'
import { closeEngines, openEngine } from '../support/engine'
import { PATIENCE, sized } from '../support/long-run'
import type { Attributes, Experiment } from '../support/payload-arbitraries'
import {
  EXPERIMENTS,
  IDS,
  attributes,
  common,
  experimentKeys,
  few,
  forcing,
  parents,
  payload,
  pick,
  some,
  value,
} from '../support/payload-arbitraries'

const numRuns = sized(250, 100_000)

afterEach(closeEngines)

// The reference logs an error for a coverage of 1.5.
// No spy: it would keep all calls, which is gigabytes in a long run.
const { error } = console
beforeAll(() => void (console.error = () => undefined))
afterAll(() => void (console.error = error))

/** What the reference answers, and what it reports on the way, each thing once. */
function askReference(
  given: object,
  context: GrowthBookContext,
  ask: (client: GrowthBookClient, user: Experiment) => unknown,
) {
  const tracked = new Set<string>()
  const tell = (...what: unknown[]): void => void tracked.add(JSON.stringify(what))
  const client = new GrowthBookClient({
    trackingCallback: (experiment, { hashAttribute, hashValue, variationId }) =>
      tell('viewed', experiment.key, variationId, hashAttribute, hashValue),
    onFeatureUsage: (id, { value, source, ruleId }) => tell('used', id, value, source, ruleId),
  }).initSync({ payload: structuredClone(given) })
  const { attributes = {}, enabled, qaMode, url, forcedVariations, forcedFeatureValues } = context
  const user: Experiment = {
    attributes,
    enabled,
    qaMode,
    url,
    forcedVariations,
    forcedFeatureValues: forcedFeatureValues && new Map(Object.entries(forcedFeatureValues)),
  }
  const answer = plain(
    ask(
      client,
      Object.fromEntries(Object.entries(user).filter(([, member]) => member !== undefined)),
    ),
  )
  client.destroy()
  return { answer, tracked: [...tracked].sort() }
}

function askHere(context: GrowthBookContext, ask: (context: GrowthBookContext) => unknown) {
  const tracked = new Set<string>()
  const tell = (...what: unknown[]): void => void tracked.add(JSON.stringify(what))
  const answer = plain(
    ask({
      ...context,
      trackingCallback: (experiment, { hashAttribute, hashValue, variationId }) =>
        tell('viewed', experiment.key, variationId, hashAttribute, hashValue),
      onFeatureUsage: (id, { value, source, ruleId }) => tell('used', id, value, source, ruleId),
    }),
  )
  return { answer, tracked: [...tracked].sort() }
}

const plain = (given: unknown): unknown => JSON.parse(JSON.stringify(given)) as unknown

/**
 * The reference puts something off at each run, which would pile up in a long run without a turn of
 * the event loop.
 */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe(`on ${numRuns} random payloads and visitors`, () => {
  test(
    'evalFeature returns what the SDK returns, and reports the same exposures and uses',
    async () => {
      await fc.assert(
        fc.asyncProperty(payload, attributes, forcing, async (given, attributes, forced) => {
          await turn()
          const context: GrowthBookContext = { ...given, attributes, ...forced }
          for (const id of [...IDS, 'missing']) {
            expect(askHere(context, (ours) => evalFeature(ours, id))).toEqual(
              askReference(given, context, (client, user) => client.evalFeature(id, user as never)),
            )
          }
        }),
        { numRuns, seed: 3 },
      )
    },
    PATIENCE,
  )

  test(
    'the engine gives what the SDK gives, the payload being its live config',
    async () => {
      await fc.assert(
        // To a World what has no value is not there.
        fc.asyncProperty(
          payload,
          attributes.map((all) => plain(all) as Attributes),
          forcing,
          async (given, attributes, forced) => {
            const { features } = await openEngine(JSON.stringify(given), {
              format: 'json',
              onUsage: () => undefined,
            })
            const { forcedFeatureValues: forcedValues, ...rest } = forced as GrowthBookContext
            const request = features.for(worldOf({ attributes }), {
              ...rest,
              ...(forcedValues && { forcedValues }),
            } as RequestOptions)
            for (const id of [...IDS, 'missing']) {
              const { answer } = askReference(given, { attributes, ...forced }, (client, user) =>
                client.evalFeature(id, user),
              )
              expect(plain(featureResultOf(request.decide(id)))).toEqual(answer)
              expect(request.isEnabled(id)).toBe((answer as FeatureResult).on)
            }
            await closeEngines()
          },
        ),
        { numRuns, seed: 4 },
      )
    },
    PATIENCE,
  )

  const inline = fc
    .tuple(fc.array(value, { minLength: 2, maxLength: 4 }), pick(...EXPERIMENTS))
    .chain(([variations, key]) =>
      some<unknown>({
        ...common,
        ...experimentKeys(variations.length),
        parentConditions: parents,
        active: pick(true, true, false),
        status: pick('running', 'running', 'draft', 'stopped'),
        force: pick(0, 1, 9),
        urlPatterns: fc.array(
          fc.record({
            include: fc.boolean(),
            type: pick('simple', 'regex'),
            pattern: pick('/', '/*', 'x.test/', '^/\\?a'),
          }),
          { maxLength: 2 },
        ),
      })
        .chain((found) => few(found, 5))
        .map((found): Experiment => ({ ...found, variations, key })),
    )

  test(
    'runExperiment gives what the SDK gives, and tells of the same exposures',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          payload,
          attributes,
          forcing,
          inline,
          async (given, attributes, forced, experiment) => {
            await turn()
            const context: GrowthBookContext = { ...given, attributes, ...forced }
            const ours = askHere(context, (asked) => runExperiment(asked, experiment))
            const theirs = askReference(given, context, (client, user) =>
              client.runInlineExperiment(experiment as never, user),
            )
            const viewed = ({ tracked }: { tracked: string[] }): unknown =>
              tracked.filter((what) => what.startsWith('["viewed"'))
            expect([ours.answer, viewed(ours)]).toEqual([theirs.answer, viewed(theirs)])
          },
        ),
        { numRuns, seed: 5 },
      )
    },
    PATIENCE,
  )
})
