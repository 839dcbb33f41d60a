/** Reads are counted where somebody counts, with what the caller got. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FeaturesOptions, memory, openFeatures, worldOf } from '../../src'
import { CountedRequest } from '../../src/engine/counted-request'
import { overrideFile } from '../../src/sources/override-file'
import { closeEngines, openEngine } from '../support/engine'
import { tempDir } from '../support/temp-dir'

afterEach(closeEngines)

const text = `
feature_on: on
feature_off: off
feature_gold: { gold: true }
feature_broken: 5
feature_exp: { experiment: { enabled: on, variants: { big: 30, control_1: 30, control_2: 30 } } }
feature_size: { default: 25, rules: [{ condition: { country: NZ }, force: 50 }] }
feature_url: { url: door }
feature_lived: { default: blue, experiment: { status: draft, variants: [{ name: red, value: red }] } }
feature_needs: { default: 1, rules: [{ parentConditions: [{ id: on, condition: { value: true } }], force: 2 }] }
`

async function counting(options: Partial<FeaturesOptions> = {}) {
  const reads: unknown[][] = []
  const { features, problems } = await openEngine(text, {
    ...options,
    onMetric: { read: (...read) => reads.push(read) },
  })
  return { features, reads, problems }
}

const gary = worldOf({ user: { id: 't2_beef', name: 'gary' }, urlFeatures: ['door'] })

test.each<[string, unknown[]]>([
  ['on', ['on', 'force', true]],
  ['off', ['off', 'defaultValue', false]],
  ['gold', ['gold', 'defaultValue', false]],
  ['broken', ['broken', 'refused', false]],
  ['nowhere', ['nowhere', 'unknownFeature', false]],
  ['exp', ['exp', 'experiment', expect.any(Boolean)]],
  ['size', ['size', 'defaultValue', true]],
  ['url', ['url', 'override', true]],
  ['lived', ['lived', 'defaultValue', true]],
  ['needs', ['needs', 'force', true]],
])('isEnabled of %s is one read', async (name, read) => {
  const { features, reads } = await counting()
  features.for(gary).isEnabled(name)
  expect(reads).toEqual([read])
})

test('the value is what the caller got, the default of the code included', async () => {
  const { features, reads } = await counting()
  const request = features.for(gary)
  request.getNumberValue('size', 1)
  request.getNumberValue('nowhere', 7)
  request.getStringValue('size', 'x')
  request.variant('on')
  request.details('lived', 'grey')
  expect(reads).toEqual([
    ['size', 'defaultValue', 25],
    ['nowhere', 'unknownFeature', 7],
    ['size', 'type_mismatch', 'x'],
    ['on', 'force', null],
    ['lived', 'defaultValue', 'blue'],
  ])
})

test('every read counts, though a Decision is made once', async () => {
  const { features, reads } = await counting()
  const request = features.for(gary)
  for (let n = 0; n < 3; n++) request.isEnabled('on')
  expect(reads).toHaveLength(3)
})

test('looking is no read, and neither is what a rule requires', async () => {
  const { features, reads } = await counting()
  const request = features.for(gary)
  request.decide('on')
  request.explain('on')
  request.allEnabled()
  expect(reads).toEqual([])
  request.isEnabled('needs')
  expect(reads.map(([name]) => name)).toEqual(['needs'])
})

test('a read with overrides is one read, of what the overrides give', async () => {
  const { features, reads } = await counting()
  features.for(gary).isEnabled('gold', { user: { id: 'x', gold: true } })
  features.isEnabled('gold', { user: { id: 'x', gold: true } })
  features.variant('gold', { user: null })
  features.getBooleanValue('gold', false, { user: { id: 'y' } })
  expect(reads).toEqual([
    ['gold', 'force', true],
    ['gold', 'force', true],
    ['gold', 'defaultValue', null],
    ['gold', 'defaultValue', false],
  ])
})

test('what the request forces is an override', async () => {
  const { features, reads } = await counting()
  features.for(gary, { forcedValues: { size: 9 } }).getNumberValue('size', 1)
  expect(reads).toEqual([['size', 'override', 9]])
})

test('what an override file gives is an override, whatever it gives, and other features are as they are', async () => {
  const path = join(tempDir(), 'overrides.json')
  writeFileSync(path, '{"size": 7}')
  const reads: unknown[][] = []
  const features = await openFeatures({
    source: [memory(text), overrideFile(path)],
    onMetric: { read: (...read) => reads.push(read) },
  })
  features.on('problem', () => undefined)
  features.for(gary).getNumberValue('size', 1)
  features.for(gary).isEnabled('on')
  features.for(gary).isEnabled('nowhere')
  await features.close()
  expect(reads).toEqual([
    ['size', 'override', 7],
    ['on', 'force', true],
    ['nowhere', 'unknownFeature', false],
  ])
})

test('the ambient request counts, too', async () => {
  const { features, reads } = await counting()
  features.run(gary, () => features.isEnabled('url'))
  expect(reads).toEqual([['url', 'override', true]])
})

test('a counter that throws harms no request, and is reported once', async () => {
  const { features, problems } = await openEngine(text, {
    onMetric: {
      read: () => {
        throw new Error('full')
      },
    },
  })
  expect([features.isEnabled('on'), features.isEnabled('on')]).toEqual([true, true])
  expect(problems.filter(({ code }) => code === 'listener-threw')).toEqual([
    expect.objectContaining({ message: 'onMetric.read threw: full; it must not throw' }),
  ])
})

test.each<[string, Partial<FeaturesOptions>, boolean]>([
  ['without metrics', {}, false],
  ['with fetches alone', { onMetric: { fetched: () => undefined } }, false],
  ['with reads', { onMetric: { read: () => undefined } }, true],
])('%s a request is one that counts: see the last word', async (_, options, counts) => {
  const { features } = await openEngine(text, options)
  expect([
    features.for(gary) instanceof CountedRequest,
    features.global instanceof CountedRequest,
  ]).toEqual([counts, counts])
})

test('what is no object of counters is refused', async () => {
  await expect(openEngine(text, { onMetric: (() => undefined) as never })).rejects.toMatchObject({
    code: 'LIVEFLAG_BAD_OPTION',
    message: expect.stringContaining('onMetric'),
  })
})
