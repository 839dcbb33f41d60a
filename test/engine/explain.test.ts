import fc from 'fast-check'
import {
  type Compat,
  type ExplainedStep,
  type Explanation,
  type Facts,
  type Features,
  worldOf,
} from '../../src'
import { liveflagEntry, r2Entry, visitor } from '../support/arbitraries'
import { countingWorld, worldWith } from '../support/counting-world'
import { closeEngines, entryText, openEngine } from '../support/engine'
import { bucketFor, loidBucketFor } from '../support/model'
import { sized } from '../support/long-run'

const RUNS = sized(250, 1000)

afterEach(closeEngines)

const ARMS = 'variants: {blue: 25, green: 25, control_1: 25, control_2: 25}'
const gary: Facts = {
  user: { id: 't2_beef', name: 'gary', gold: true },
  loid: 'abcd',
  urlFeatures: ['q'],
}

async function explained(
  entry: string,
  facts: Facts,
  compat: Compat = 'liveflag',
): Promise<Explanation> {
  const { features } = await openEngine(entryText(entry), { compat })
  return features.for(worldOf(facts)).explain('x')
}

/** The way through the selectors, as `path: outcome`. */
const way = (steps: readonly ExplainedStep[]): readonly string[] =>
  steps.map(({ path, outcome }) => `${path}: ${outcome}`)

describe('the way through the selectors', () => {
  test('is reported in the order of precedence: who passed on, who claimed, who was not reached', async () => {
    const { steps } = await explained(
      '{percent_loggedin: 100, users: [gary], gold: true, beta: true}',
      gary,
    )
    expect(way(steps)).toEqual([
      'beta: passed on',
      'gold: claimed',
      'users: not reached',
      'percent_loggedin: not reached',
    ])
  })

  test('of a visitor whom nobody knew goes to the end', async () => {
    const { steps, decidedAt, decision } = await explained(
      '{beta: true, users: [spez], percent_loggedin: 0.0001}',
      gary,
    )
    expect(way(steps)).toEqual([
      'beta: passed on',
      'users: passed on',
      'percent_loggedin: passed on',
    ])
    expect([decidedAt, decision.reason]).toEqual([undefined, 'DEFAULT'])
  })

  test('leaves out what can never claim anyone', async () => {
    expect(
      way(
        (await explained('{gold: false, users: [], percent_loggedin: 0, beta: true}', gary)).steps,
      ),
    ).toEqual(['beta: passed on'])
  })

  test('is reported also where the end is known without asking', async () => {
    expect(way((await explained('{enabled: on, gold: true}', gary)).steps)).toEqual([
      'enabled: claimed',
      'gold: not reached',
    ])
    expect(way((await explained('{enabled: off, gold: true}', gary)).steps)).toEqual([
      'enabled: claimed',
      'gold: not reached',
    ])
  })

  test('of a plain on or off has no steps', async () => {
    expect(await explained('on', gary)).toMatchObject({
      decision: { enabled: true, reason: 'STATIC' },
      source: 'memory',
      position: { line: 1, column: 1 },
      steps: [],
    })
  })

  test("goes on to the next stage after r2's off and after a URL that names a control", async () => {
    expect(
      way((await explained('{enabled: off, gold: true, percent_loggedin: 100}', gary, 'r2')).steps),
    ).toEqual(['enabled: ended its stage', 'gold: not reached', 'percent_loggedin: claimed'])
    expect(
      way(
        (await explained('{url: {q: control_1}, gold: true, percent_loggedin: 100}', gary, 'r2'))
          .steps,
      ),
    ).toEqual(['url: ended its stage', 'gold: not reached', 'percent_loggedin: claimed'])
  })
})

describe('places', () => {
  const text =
    '# the live config\n\nfeature_w: on\nfeature_x:\n  beta: true\n  gold: true   # members\n  experiment:\n    employee: true\n    loggedin: true\n'

  test('is reported with line and column: the entry, each selector, and the one that decided', async () => {
    const { features } = await openEngine(text)
    const { source, position, decidedAt, steps } = features.for(worldOf(gary)).explain('x')
    expect({ source, position, decidedAt }).toEqual({
      source: 'memory',
      position: { line: 4, column: 1 },
      decidedAt: { line: 6, column: 3 },
    })
    expect(steps.map(({ path, line, column }) => `${path} ${line}:${column}`)).toEqual([
      'beta 5:3',
      'gold 6:3',
      'experiment 7:3',
    ])
  })

  test('is reported of the eligibility of an experiment too', async () => {
    const { features } = await openEngine(text)
    const { steps } = features.for(worldOf({ user: { id: 't2_1' } })).explain('x')
    expect(
      steps
        .at(-1)
        ?.steps.map(({ path, line, column, outcome }) => `${path} ${line}:${column} ${outcome}`),
    ).toEqual(['experiment.employee 8:5 passed on', 'experiment.loggedin 9:5 claimed'])
  })

  test('moves with the text, also of an entry that did not change', async () => {
    const { features, set } = await openEngine('feature_x:\n  gold: true\n')
    await set('# moved\n\nfeature_x:\n  gold: true\n')
    expect(features.for(worldOf(gary)).explain('x')).toMatchObject({
      position: { line: 3, column: 1 },
      decidedAt: { line: 4, column: 3 },
    })
  })

  test.each([
    [
      'json',
      '{\n  "feature_x": {\n    "gold": true\n  }\n}',
      { line: 2, column: 3 },
      { line: 3, column: 5 },
    ],
    [
      'ini',
      '[live_config]\nfeature_x = {"beta": true,\n  "gold": true}\n',
      { line: 2, column: 1 },
      { line: 3, column: 3 },
    ],
  ] as const)('is told in %s as well', async (format, content, position, decidedAt) => {
    const { features } = await openEngine(content, { format })
    expect(features.for(worldOf(gary)).explain('x')).toMatchObject({ position, decidedAt })
  })

  test('goes into JSON that is itself a text', async () => {
    const { features } = await openEngine('feature_x: \'{"beta": true, "gold": true}\'\n')
    expect(features.for(worldOf(gary)).explain('x')).toMatchObject({
      decidedAt: { line: 1, column: 28 },
    })
  })
})

describe('what a step asked', () => {
  test('is reported with the answers, of each step by itself', async () => {
    const { steps } = await explained('{beta: true, gold: true, users: [gary]}', gary)
    expect(steps.map(({ path, asked }) => [path, asked])).toEqual([
      [
        'beta',
        [
          { question: 'user', answer: gary.user },
          { question: 'hasBeta', answer: false },
        ],
      ],
      [
        'gold',
        [
          { question: 'user', answer: gary.user },
          { question: 'hasGold', answer: true },
        ],
      ],
      ['users', []],
    ])
  })

  test('within an experiment is reported of the selector that asked', async () => {
    const { steps } = await explained(`{experiment: {beta: true, subreddits: [wtf], ${ARMS}}}`, {
      ...gary,
      subreddit: 'WTF',
    })
    const [experiment] = steps
    expect(
      experiment?.steps.map(({ path, asked }) => [path, asked.map(({ question }) => question)]),
    ).toEqual([
      ['experiment.beta', ['user', 'hasBeta']],
      ['experiment.subreddits', ['subreddit']],
    ])
  })

  test('of a gate is reported below the url that it guards', async () => {
    const { steps } = await explained('{url: q, url_for: {beta: true, gold: true}}', gary)
    expect(steps.map(({ path, outcome, steps: inner }) => [path, outcome, way(inner)])).toEqual([
      ['url', 'claimed', ['url_for.beta: passed on', 'url_for.gold: claimed']],
    ])
  })
})

describe('a draw', () => {
  test('of a percentage of users is reported with unit, bucket and comparison', async () => {
    const bucket = bucketFor('x', 't2_beef')
    expect((await explained('{percent_loggedin: 100}', gary)).steps[0]?.draw).toEqual({
      unit: 't2_beef',
      bucket,
      passed: true,
      test: 'bucket < 1000 of 1000',
    })
    expect((await explained('{percent_loggedin: 0.0001}', gary)).steps[0]?.draw).toMatchObject({
      bucket,
      passed: false,
    })
  })

  test('of a percentage of logged-out visitors likewise, of 100', async () => {
    expect((await explained('{percent_loggedout: 100}', { loid: 'abcd' })).steps[0]?.draw).toEqual({
      unit: 'abcd',
      bucket: loidBucketFor('abcd'),
      passed: true,
      test: 'bucket < 100 of 100',
    })
  })

  test('of a variant names the variant whose turn it is, and its limit', async () => {
    const { steps, decision } = await explained(`{experiment: {loggedin: true, ${ARMS}}}`, gary)
    const bucket = bucketFor('x', 't2_beef')
    expect(steps[0]?.draw).toEqual({
      unit: 't2_beef',
      bucket,
      passed: true,
      test: `bucket ${bucket} mod 4 is ${decision.variant ?? ''}'s; it holds its buckets below 1000`,
    })
  })

  test("that found nobody's bucket says so", async () => {
    const { steps } = await explained(
      '{experiment: {loggedin: true, variants: {blue: 0, control_1: 0, control_2: 0}}}',
      gary,
    )
    expect(steps[0]).toMatchObject({ outcome: 'claimed', draw: { passed: false } })
  })

  test('is missing where nothing was drawn', async () => {
    const { steps } = await explained(
      `{percent_loggedout: 50, experiment: {employee: true, ${ARMS}}}`,
      gary,
    )
    expect(steps.map(({ draw }) => draw)).toEqual([undefined, undefined])
  })

  test('that names the variant of somebody who is in by another selector is reported too', async () => {
    const { steps, decision } = await explained(
      `{gold: true, experiment: {loggedin: true, ${ARMS}}}`,
      gary,
    )
    expect(decision.variant).toBeDefined()
    expect(steps.at(-1)).toMatchObject({
      path: 'experiment',
      draw: { unit: 't2_beef', passed: true },
    })
  })
})

test('explaining changes nothing: no exposure, and the same Decision after it as before', async () => {
  const { features, exposures } = await openEngine(
    entryText(`{experiment: {loggedin: true, ${ARMS}}}`),
  )
  const request = features.for(worldOf(gary))
  const before = request.decide('x')
  expect(request.explain('x').decision).toEqual(before)
  expect(request.decide('x')).toBe(before)
  expect(exposures).toEqual([])
})

test('a World that throws is explained as far as it answers', async () => {
  const { features, problems } = await openEngine(entryText('{gold: true, subreddits: [wtf]}'))
  const world = worldWith(
    {
      hasGold: () => {
        throw new Error('boom')
      },
      subreddit: () => 'wtf',
    },
    gary,
  )
  expect(way(features.for(world).explain('x').steps)).toEqual([
    'gold: passed on',
    'subreddits: claimed',
  ])
  expect(problems.map(({ code }) => code)).toEqual(['world-threw'])
})

test('a World is asked each question once, however many steps need it', async () => {
  const { features } = await openEngine(entryText('{beta: true, gold: true}'))
  const world = countingWorld(gary)
  features.for(world).explain('x')
  expect(world.asked).toEqual({ user: 1, hasBeta: 1, hasGold: 1 })
})

describe('an entry whose newest text was refused', () => {
  test('is explained by its last good version, with the generation that is from and what is wrong now', async () => {
    const { features, set } = await openEngine('feature_x: {gold: true}\n')
    await set('feature_x: {gold: true, beta: 5}\n')
    expect(features.for(worldOf(gary)).explain('x')).toMatchObject({
      decision: { enabled: true, heldBack: true, generation: 2 },
      heldBack: { generation: 1, problems: [{ code: 'bad-type', path: 'beta' }] },
      steps: [{ selector: 'gold', outcome: 'claimed' }],
    })
  })
})

describe.each<Compat>(['liveflag', 'r2'])('in the semantics of %s', (compat) => {
  /** What every explanation must be like, whatever it explains. */
  function checkExplanation(features: Features, facts: Facts): void {
    const request = features.for(worldOf(facts))
    const { decision, steps, decidedAt } = request.explain('x')
    expect(decision).toEqual(request.decide('x'))
    const claimed = steps.filter(({ outcome }) => outcome === 'claimed')
    expect(claimed.map(({ selector }) => selector)).toEqual(
      decision.selector === undefined ? [] : [decision.selector],
    )
    expect(decidedAt).toEqual(claimed[0] && { line: claimed[0].line, column: claimed[0].column })
    const walked = steps.filter(({ outcome }) => outcome !== 'named the variant')
    const last = steps.findLastIndex(
      ({ outcome }) => outcome !== 'not reached' && outcome !== 'named the variant',
    )
    const after = walked.slice(walked.findLastIndex(({ outcome }) => outcome !== 'not reached') + 1)
    expect(after.every(({ asked, steps: inner }) => asked.length + inner.length === 0)).toBe(true)
    if (claimed[0]) expect(steps.indexOf(claimed[0])).toBe(last)
    const drawn = steps.findLast(({ draw }) => draw !== undefined)?.draw
    if (decision.assignment)
      expect(drawn).toMatchObject({
        unit: decision.assignment.unit,
        bucket: decision.assignment.bucket,
        passed: true,
      })
  }

  test(`the Decision is that of decide(), and the steps lead to it (${RUNS} random entries and visitors)`, async () => {
    await fc.assert(
      fc.asyncProperty(
        compat === 'r2' ? r2Entry : liveflagEntry,
        fc.array(visitor, { minLength: 3, maxLength: 3 }),
        async (entry, visitors) => {
          const { features } = await openEngine(JSON.stringify({ feature_x: entry }), {
            format: 'json',
            compat,
          })
          for (const facts of visitors) checkExplanation(features, facts)
          await closeEngines()
        },
      ),
      { numRuns: RUNS, seed: 18 },
    )
  })
})
