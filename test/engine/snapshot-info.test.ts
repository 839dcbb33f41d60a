import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { file, memory, openFeatures } from '../../src'
import { closeEngines, openEngine } from '../support/engine'

afterEach(closeEngines)

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

test('what is in force, at a glance', async () => {
  const text = 'feature_b: on\nfeature_a: {gold: 5}\nfeature_c: {percent_loggedin: 5}\nnote: mine\n'
  let time = 1000
  const { features } = await openEngine(text, { now: () => time })
  time = 5000
  const problem = {
    code: 'bad-type',
    severity: 'error',
    feature: 'a',
    source: 'memory',
    line: 2,
    column: 19,
    path: 'gold',
    message: 'gold is a number (5); write true or false, without quotes',
    generation: 1,
    since: 1000,
  }
  expect(features.snapshot).toEqual({
    status: 'READY',
    generation: 1,
    hash: sha256(text),
    loadedAt: new Date(1000),
    ageMs: 4000,
    names: ['b', 'c'],
    heldBack: [],
    rejected: ['a'],
    files: [],
    metrics: [],
    holdouts: [],
    watch: [{ mode: 'events' }],
    problems: [problem],
    sources: [
      {
        name: 'memory',
        status: 'READY',
        since: 1000,
        generation: 1,
        ageMs: 4000,
        format: 'yaml',
        readHash: sha256(text),
        problems: [problem],
      },
    ],
  })
})

test('a content that is refused leaves generation and hash of what is in force', async () => {
  const text = 'feature_x: on\n'
  const { features, set } = await openEngine(text)
  await set('feature_x: [\n')
  expect(features.snapshot).toMatchObject({
    status: 'STALE',
    generation: 1,
    hash: sha256(text),
    problems: [{ code: 'syntax', generation: 2 }],
  })
})

test('a feature that is held back is in force, one that never had a good version is not', async () => {
  const { features, set } = await openEngine('feature_x: on\n')
  await set('feature_x: {gold: 5}\nfeature_y: {gold: 5}\n')
  expect(features.snapshot).toMatchObject({ names: ['x'], heldBack: ['x'], rejected: ['y'] })
})

test('what was given out does not change any more', async () => {
  const { features, set } = await openEngine('feature_x: on\n')
  const before = features.snapshot
  const copy = structuredClone(before)
  await set('feature_x: {gold: 5}\nfeature_y: on\n')
  expect(before).toEqual(copy)
})

test('a problem keeps the time and the generation that it was first seen with, while it lasts', async () => {
  let time = 1000
  const { features, set } = await openEngine('feature_x: {gold: 5}\n', { now: () => time })
  time = 2000
  await set('# moved\nfeature_x: {gold: 5}\n')
  expect(features.snapshot.problems).toMatchObject([{ line: 2, since: 1000, generation: 1 }])
  await set('feature_x: {gold: 6}\n')
  expect(features.snapshot.problems).toMatchObject([{ line: 1, since: 2000, generation: 3 }])
})

test('the age begins again whenever the source is looked at', async () => {
  let time = 1000
  const { features } = await openEngine('feature_x: on\n', { now: () => time })
  time = 4000
  expect(features.snapshot.ageMs).toBe(3000)
  await features.reload()
  expect(features.snapshot.ageMs).toBe(0)
})

test('the hash of several sources depends on each, and on their order', async () => {
  const hashOf = async (...texts: string[]): Promise<string> => {
    const features = await openFeatures({ source: texts.map((text) => memory(text)) })
    await features.close()
    return features.snapshot.hash
  }
  const [a, b] = ['feature_x: on\n', 'feature_y: on\n']
  const hashes = [await hashOf(a), await hashOf(a, b), await hashOf(b, a), await hashOf(a, a)]
  expect(new Set(hashes).size).toBe(4)
  expect(await hashOf(a, b)).toBe(hashes[1])
})

test('each source says how it notices changes', async () => {
  const features = await openFeatures({
    source: [
      memory('feature_x: on\n'),
      file(join(__dirname, '../../config/live.yaml'), { events: false }),
    ],
  })
  expect(features.snapshot.watch).toEqual([{ mode: 'events' }, { mode: 'poll' }])
  await features.close()
})
