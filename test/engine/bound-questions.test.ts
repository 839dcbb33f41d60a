/** Questions asked without the object that they belong to: taken out of it, or by a template. */
import { createDecider, memoryStore } from '../../src/decide/decide'
import { memory, type Questions, worldOf } from '../../src/index'
import { testFeatures } from '../../src/testing/testing'
import { closeEngines, openEngine } from '../support/engine'

afterEach(closeEngines)

const TEXT = `
feature_gary: {users: [gary], client: true}
feature_words:
  default: hello
  rules: [{condition: {name: never}, force: never}]
feature_number: {default: 5}
feature_list: {default: [1, 2]}
feature_test: {experiment: {status: running, variants: [{name: a, weight: 100}]}}
`
const GARY = worldOf({ user: { id: 't2_beef', name: 'gary' } })

const open = async (): Promise<Awaited<ReturnType<typeof openEngine>>['features']> =>
  (await openEngine(TEXT)).features

function answers(questions: Questions): readonly unknown[] {
  const {
    isEnabled,
    variant,
    decide,
    explain,
    allEnabled,
    getBooleanValue,
    getStringValue,
    getNumberValue,
    getObjectValue,
    details,
    inlineExperiment,
    bootstrap,
  } = questions
  return [
    isEnabled('gary'),
    variant('test'),
    decide('gary').selector,
    explain('gary').decision.enabled,
    Object.keys(allEnabled()),
    getBooleanValue('gary', false),
    getStringValue('words', ''),
    getNumberValue('number', 0),
    getObjectValue('list', []),
    details('number', 0).value,
    inlineExperiment({ key: 'e', variations: [0, 1] }).key,
    bootstrap().features,
    bootstrap(['gary']).features,
  ]
}

const OF_GARY = [
  true,
  'a',
  'users',
  true,
  ['gary', 'words', 'number', 'list', 'test'],
  true,
  'hello',
  5,
  [1, 2],
  5,
  '1',
  { gary: { enabled: true } },
  { gary: { enabled: true } },
]

test('a request answers when its methods are taken out of it', async () => {
  const features = await open()
  expect(answers(features.for(GARY))).toEqual(OF_GARY)
})

test('so do the features, about the request that they are asked in', async () => {
  const features = await open()
  const { run } = features
  expect(run(GARY, () => answers(features))).toEqual(OF_GARY)
})

test('a counted request counts what is asked that way', async () => {
  const read: string[] = []
  const { features } = await openEngine(TEXT, {
    onMetric: { read: (feature) => void read.push(feature) },
  })
  const { isEnabled, variant, getNumberValue } = features.for(GARY)
  isEnabled('gary')
  variant('test')
  getNumberValue('number', 0)
  expect(read).toEqual(['gary', 'test', 'number'])
})

test('a method is the same function each time, so that a repeated question allocates nothing', async () => {
  const request = (await open()).for(GARY)
  expect(request.isEnabled).toBe(request.isEnabled)
})

test('whatever else features can do is bound as well', async () => {
  const features = await open()
  const { now, revision, on, off, reload, close, for: forWorld } = features
  expect([typeof now(), typeof revision('gary'), forWorld(GARY).isEnabled('gary')]).toEqual([
    'number',
    'string',
    true,
  ])
  const heard = (): undefined => undefined
  on('change', heard)
  off('change', heard)
  expect((await reload()).status).toBe('READY')
  await close()
})

test('so are a decider, its writer, a store, a text, and the setters of test features', async () => {
  const features = await open()
  const { decide, decideAll, convert, close, writer } = createDecider({
    features,
    store: memoryStore(),
  })
  const { offer, written } = writer
  expect((await decide('gary', 'u1')).flag).toBe('gary')
  expect(await decideAll(['gary', 'test'], 'u1')).toHaveLength(2)
  expect(offer({ usages: [] })).toBe(true)
  await written()
  const { decisionId } = await decide('gary', 'u1')
  expect(await convert({ name: 'buy', decisionId })).toBe(true)
  await close()
  const store = memoryStore()
  const { write } = store
  await write({ exposures: [] })
  const { set } = memory('feature_a: on')
  expect(await set('feature_a: off')).toBeUndefined()
  const { setBoolean, setDefinition, isEnabled, restore, unset } = testFeatures()
  setBoolean('a', true)
  await setDefinition('b', 'on')
  expect([isEnabled('a'), isEnabled('b')]).toEqual([true, true])
  unset('a')
  expect(isEnabled('a')).toBe(false)
  await restore()
})

test('what templates add to the arguments changes no answer', async () => {
  const { isEnabled, variant } = (await open()).for(GARY)
  const handlebars = { name: 'isEnabled', hash: {}, data: { root: {} }, loc: {} } as never
  const render = ((text: string) => text) as never
  expect([isEnabled('gary', handlebars), isEnabled('gary', render)]).toEqual([true, true])
  expect(variant('test', handlebars)).toBe(variant('test'))
})

test('JSON of a request, of features and of a decider says what is in force, and nothing of the visitor', async () => {
  const features = await open()
  const decider = createDecider({ features, store: memoryStore() })
  expect(JSON.parse(JSON.stringify({ locals: features.for(GARY), features, decider }))).toEqual({
    locals: { generation: 1 },
    features: { status: 'READY', generation: 1, hash: features.snapshot.hash },
    decider: { counts: {} },
  })
  await decider.close()
})
