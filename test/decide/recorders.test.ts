import { createHash } from 'node:crypto'
import { worldOf } from '../../src'
import {
  bufferedWriter,
  type BufferedWriter,
  exposureRecorder,
  memoryStore,
  usageRecorder,
} from '../../src/decide/decide'
import type { Batch } from '../../src/recording/store'
import { closeEngines, openEngine } from '../support/engine'

afterEach(closeEngines)

const TEXT = `
feature_lived: {experiment: {experiment_id: exp-1, variants: [{name: a}]}}
feature_r2: {experiment: {experiment_id: 42, loggedin: true, variants: {control_1: 50, control_2: 50}}}
feature_rule: {default: x, rules: [{key: exp, name: Colours, variations: [x, y], meta: [{key: one, name: One}, {key: two, name: Two}]}]}
feature_on: on
`

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** An engine whose records go to a writer, and what the writer's store was given. */
async function recording(
  options: { readonly source?: 'backend' | 'client' } = {},
): Promise<{ ask: (...names: string[]) => Promise<Batch>; writer: BufferedWriter }> {
  const store = memoryStore()
  const given: Batch[] = []
  const write = store.write.bind(store)
  store.write = async (batch) => (given.push(batch), write(batch))
  const writer = bufferedWriter(store)
  const { features } = await openEngine(TEXT, {
    onExposure: exposureRecorder(writer, options),
    onUsage: usageRecorder(writer),
    now: () => 1000,
  })
  return {
    writer,
    async ask(...names) {
      const request = features.for(worldOf({ user: { id: 'u1' } }))
      for (const name of names) request.isEnabled(name)
      await writer.written()
      return {
        configs: given.flatMap((batch) => batch.configs ?? []),
        exposures: given.flatMap((batch) => batch.exposures ?? []),
        usages: given.flatMap((batch) => batch.usages ?? []),
      }
    },
  }
}

const SHA256 = /^[0-9a-f]{64}$/

test('an exposure of an experiment with a life: who, which variant, bucket, content, and the hash that drew it', async () => {
  const { exposures } = await (await recording()).ask('lived')
  expect(exposures).toEqual([
    {
      unit: 'u1',
      kind: 'user',
      experiment: 'exp-1',
      variant: 'a',
      feature: 'lived',
      source: 'backend',
      bucket: 6044,
      generation: 1,
      hash: 'sha256',
      revision: expect.stringMatching(SHA256),
      config: expect.stringMatching(SHA256),
      process: expect.stringMatching(/^[0-9a-f-]{36}$/),
      user: 'u1',
      loid: null,
      attributes: null,
      data: null,
      at: 1000,
    },
  ])
})

test('the text of an entry is written once, and its SHA-256 is the revision of its exposures', async () => {
  const { ask } = await recording()
  await ask('lived', 'r2')
  const { configs, exposures } = await ask('lived')
  const [lived, r2, ...others] = configs ?? []
  expect(others).toEqual([])
  expect([lived?.feature, r2?.feature]).toEqual(['lived', 'r2'])
  expect(lived).toEqual({
    revision: sha256(lived?.text ?? ''),
    feature: 'lived',
    text: '{"experiment":{"experiment_id":"exp-1","variants":[{"name":"a"}]}}',
    at: 1000,
  })
  expect(exposures?.[0]?.revision).toBe(lived?.revision)
  expect(exposures?.[0]?.config).toBe(sha256(TEXT))
})

test('a bucket of GrowthBook is stored in ten-thousandths', async () => {
  const { exposures } = await (await recording()).ask('rule')
  const [exposure] = exposures ?? []
  expect(exposure?.bucket).toBe(
    Math.round(Number((exposure?.data as { bucket: number }).bucket) * 10_000),
  )
})

test('a row has the ids of the visitor, both when both are known', async () => {
  const store = memoryStore()
  const given: Batch[] = []
  store.write = async (batch) => void given.push(batch)
  const writer = bufferedWriter(store)
  const { features } = await openEngine('feature_x: {experiment: {variants: [{name: a}]}}', {
    onExposure: exposureRecorder(writer),
  })
  const loid = '00000000000000abcd'
  features.for(worldOf({ loid })).isEnabled('x')
  features.for(worldOf({ loid, user: { id: 'u1' } })).isEnabled('x')
  await writer.written()
  const rows = given.flatMap((batch) => batch.exposures ?? [])
  expect(rows).toMatchObject([
    { unit: loid, user: null, loid },
    { unit: 'u1', user: 'u1', loid },
  ])
})

test('of a visitor who is not signed in, the exposure says that its unit is a logged-out id', async () => {
  const store = memoryStore()
  const writer = bufferedWriter(store)
  const { features } = await openEngine('feature_x: {experiment: {variants: [{name: a}]}}', {
    onExposure: exposureRecorder(writer),
  })
  features.for(worldOf({ loid: '00000000000000abcd' })).isEnabled('x')
  await writer.written()
  expect(await store.recentUnits?.(1)).toMatchObject([{ unit: '00000000000000abcd', kind: 'loid' }])
})

test("r2's experiments go by their id as text", async () => {
  const { exposures } = await (await recording({ source: 'client' })).ask('r2')
  expect(exposures).toMatchObject([
    { experiment: '42', source: 'client', hash: 'r2', variant: expect.stringMatching(/^control_/) },
  ])
})

test("a rule's experiment has what GrowthBook tells of it", async () => {
  const { exposures } = await (await recording()).ask('rule')
  expect(exposures).toMatchObject([
    {
      experiment: 'exp',
      hash: 'growthbook',
      unit: 'u1',
      data: {
        experiment_name: 'Colours',
        hash_attribute: 'id',
        hash_value: 'u1',
        in_experiment: true,
        hash_used: true,
        sticky_bucket_used: false,
        feature_id: 'rule',
        bucket: expect.any(Number),
        variation_key: expect.any(String),
        variation_name: expect.any(String),
      },
    },
  ])
})

test('usage: one row a check, with the value and the user; of a name that there is not, null', async () => {
  const { usages } = await (await recording()).ask('on', 'unknown')
  expect(usages).toMatchObject([
    { feature: 'on', value: true, user: 'u1', generation: 1, at: 1000 },
    { feature: 'unknown', value: null, user: 'u1', reason: 'unknownFeature', at: 1000 },
  ])
  expect(new Set(usages?.map(({ id }) => id)).size).toBe(2)
})

test('a writer that is closed breaks no request', async () => {
  const { ask, writer } = await recording()
  await writer.close()
  await expect(ask('lived', 'on')).resolves.toEqual({ configs: [], exposures: [], usages: [] })
})
