/** The list of all features, written row by row. */
import { writeFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import type { FeatureList } from '../../../src/server/admin/contract'
import { FeatureLists } from '../../../src/server/admin/feature-list'
import { FeatureRows, type RowParts } from '../../../src/server/admin/feature-rows'
import { Populations } from '../../../src/server/admin/populations'
import { atOnce } from '../../../src/runtime/time-slice'
import { memoryStore } from '../../../src/decide/decide'
import { closeEngines, openEngine } from '../../support/engine'
import { closeScenes, scene } from './scene'

afterEach(async () => {
  await closeScenes()
  await closeEngines()
})

const nothing = {
  reaches: { of: () => undefined, isComputing: false },
  evaluations: { lastAt: () => undefined, perMinute: () => [], since: 0 },
  history: { of: () => undefined },
  asked: { lastAt: () => undefined, since: 0 },
  lastEditOf: () => undefined,
} as unknown as Omit<RowParts, 'features'>

const many = (count: number): string =>
  Array.from({ length: count }, (_, i) => `feature_f${i}: {percent_loggedin: ${i % 100}}\n`).join(
    '',
  )

test('the list says what the file says, after an edit too', async () => {
  const { ask, path, features } = await scene({}, 'feature_a: on\nfeature_b: {gold: true}\n')
  const words = async () =>
    (await ask<FeatureList>('/features')).features.map((row) => [row.name, row.words])
  expect(await words()).toEqual([
    ['a', 'everybody'],
    ['b', 'visitors with gold'],
  ])
  writeFileSync(path, 'feature_b: {gold: true}\nfeature_c: {beta: true}\n')
  await features.reload()
  expect(await words()).toEqual([
    ['b', 'visitors with gold'],
    ['c', 'beta testers'],
  ])
})

test('the words of an entry that has not changed are not looked for again', async () => {
  const { features, set } = await openEngine('feature_a: {gold: true}\nfeature_b: {gold: true}\n')
  const described: string[] = []
  const watched = new Proxy(features, {
    get: (target, name) =>
      name === 'describe'
        ? (feature: string) => {
            const found = features.describe(feature)
            return found && { ...found, words: () => (described.push(feature), found.words()) }
          }
        : (Reflect.get(target, name) as unknown),
  })
  const rows = new FeatureRows({ ...nothing, features: watched })
  const names: string[] = []
  atOnce(rows.prepare())
  atOnce(rows.forEach(({ name }) => names.push(name)))
  expect([names, described]).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ])
  await set('# moved\nfeature_a: {gold: true}\nfeature_b: {beta: true}\n')
  atOnce(rows.forEach(() => undefined))
  expect(described).toEqual(['a', 'b', 'b'])
})

test('the list is written in short steps, once for all who ask meanwhile', async () => {
  const { features } = await openEngine(many(2000))
  const context = { features } as unknown as ConstructorParameters<
    typeof FeatureLists
  >[0]['context']
  const rows = new FeatureRows({ ...nothing, features })
  const populations = new Populations(memoryStore())
  const lists = new FeatureLists({ context, rows, populations, reaches: nothing.reaches })
  const [first, second] = [lists.text(), lists.text()]
  expect(second).toBe(first)
  let turns = 0
  const begun = performance.now()
  const turn = (): void => void (turns++, isDone || setImmediate(turn))
  let isDone = false
  setImmediate(turn)
  await first
  isDone = true
  expect(turns).toBeGreaterThan(1)
  expect(performance.now() - begun).toBeLessThan(10_000)
})
