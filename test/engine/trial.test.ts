/** What the live config would be with another text: judged and asked, and nothing comes of it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  directory,
  type Features,
  type FeaturesOptions,
  type FeatureUsage,
  memory,
  openFeatures,
  type Selector,
  type Source,
  type Trial,
  worldOf,
} from '../../src/index'
import { overrideFile } from '../../src/sources/override-file'
import { closeEngines, type EngineOptions, eventsDelivered, openEngine } from '../support/engine'
import { tempDir } from '../support/temp-dir'

afterEach(closeEngines)

const country: Selector = {
  key: 'country',
  stage: 'who',
  summary: 'Visitors from one of these countries.',
  schema: { type: 'array', items: { type: 'string' } },
  compile(value, place) {
    if (!Array.isArray(value)) {
      place.report({ code: 'bad-type', message: 'country is no list; write one, such as [NZ]' })
      return undefined
    }
    return (visitor) => value.includes(visitor.attribute('country'))
  },
}

const gold = worldOf({ user: { id: 't2_1', gold: true } })
const codesOf = ({ snapshot }: Pick<Features, 'snapshot'> | Trial) =>
  snapshot.problems.map(({ code }) => code)

async function tryText(from: string, to: string, options: EngineOptions = {}) {
  const engine = await openEngine(from, options)
  const trial = await engine.features.trial('memory', to)
  return { ...engine, trial }
}

test('a trial answers as the live config would, which goes on as it is', async () => {
  const { features, trial, told } = await tryText(
    'feature_a: off',
    'feature_a: {gold: true}\nfeature_b: on',
  )
  expect([trial.for(gold).isEnabled('a'), trial.for(worldOf()).isEnabled('a')]).toEqual([
    true,
    false,
  ])
  expect(trial.snapshot).toMatchObject({ names: ['a', 'b'], problems: [], generation: 2 })
  expect(trial.revision('a')).not.toBe(features.revision('a'))
  expect(trial.describe('b')).toMatchObject({ name: 'b', value: 'on' })
  await eventsDelivered()
  expect(features.for(gold).isEnabled('a')).toBe(false)
  expect(features.snapshot).toMatchObject({ names: ['a'], generation: 1 })
  expect(told).toEqual(['ready 1'])
})

test('what does not change is not compiled again', async () => {
  const { features, trial } = await tryText(
    'feature_a: {gold: true}\nfeature_b: on\n',
    'feature_b: off\nfeature_a: {gold: true}\n',
  )
  expect(trial.definition('a')?.feature).toBe(features.definition('a')?.feature)
  expect(trial.definition('b')?.feature).not.toBe(features.definition('b')?.feature)
})

const TWICE = 'feature_a: {gold: true, gold: false}'

test.each<[string, string, EngineOptions, readonly string[]]>([
  ['r2, where a key that is there twice is the last one', TWICE, { compat: 'r2' }, ['warning']],
  ['the corrected semantics', TWICE, {}, ['error']],
  ['selectors of the application', 'feature_a: {country: [NZ]}', { selectors: [country] }, []],
  ['their own checks', 'feature_a: {country: NZ}', { selectors: [country] }, ['error']],
  ['no such selectors', 'feature_a: {country: [NZ]}', {}, ['error']],
  ['the format JSON', '{"feature_a": "on"}', { format: 'json' }, []],
  ['another format', 'feature_a: on', { format: 'json' }, ['error']],
  [
    'ini, whose values are texts',
    '[live_config]\nfeature_a = {"gold": true}',
    { format: 'ini' },
    [],
  ],
  ['guards', 'feature_a: on', { guards: { endMarker: '# end' } }, ['error']],
])(
  'a text is judged by %s, as the live config was opened',
  async (_, text, options, severities) => {
    const first =
      options.format === 'json'
        ? '{"feature_a": "off"}'
        : options.format === 'ini'
          ? '[live_config]\nfeature_a = off'
          : 'feature_a: off\n# end'
    const { trial } = await tryText(first, text, options)
    expect(trial.snapshot.problems.map(({ severity }) => severity)).toEqual(severities)
  },
)

test('a removal that the guards refuse is a problem', async () => {
  const { trial } = await tryText('feature_a: on\nfeature_b: on', 'feature_b: on', {
    guards: { maxRemoved: 0.2 },
  })
  expect(codesOf(trial)).toEqual(['would-remove-many'])
  expect(trial.snapshot.names).toEqual(['a', 'b'])
})

test('a refused entry is a problem, and its last good version answers', async () => {
  const { trial } = await tryText('feature_a: {gold: true}', 'feature_a: {gold: perhaps}')
  expect(trial.snapshot).toMatchObject({
    problems: [{ feature: 'a', code: 'bad-type', line: 1 }],
    heldBack: ['a'],
  })
  expect(trial.for(gold).isEnabled('a')).toBe(true)
})

test('of a text that is refused as a whole, only why is a problem', async () => {
  const { trial } = await tryText(
    'feature_a: {gold: true}\nfeature_bad: {gold: perhaps}',
    'feature_a: [',
  )
  expect(trial.snapshot.problems).toMatchObject([{ code: 'syntax', source: 'memory' }])
  expect(trial.for(gold).isEnabled('a')).toBe(true)
})

test('the present text has the problems that it has now', async () => {
  const text = 'feature_a: {gold: perhaps}\nfeature_b: {owner: search, expires: 2001-01-01}'
  const { trial, features } = await tryText(text, text)
  expect(codesOf(trial)).toEqual(codesOf(features))
  expect(codesOf(trial)).toEqual(['bad-type', 'expired'])
})

test('a feature that another file of the directory has is a clash', async () => {
  const dir = tempDir()
  writeFileSync(join(dir, 'a.yaml'), 'feature_a: on\n')
  writeFileSync(join(dir, 'b.yaml'), 'feature_b: on\n')
  const features = await openFeatures({ source: directory(dir) })
  const trial = await features.trial(join(dir, 'a.yaml'), 'feature_a: on\nfeature_b: off\n')
  expect(trial.snapshot.problems).toMatchObject([
    { code: 'duplicate-feature', feature: 'b', source: join(dir, 'b.yaml') },
  ])
  expect(trial.for(worldOf()).isEnabled('b')).toBe(true)
  expect(features.snapshot.problems).toEqual([])
  await features.close()
})

test('a later source overrides the text that is tried', async () => {
  const dir = tempDir()
  mkdirSync(dir, { recursive: true })
  const overrides = join(dir, 'overrides.yaml')
  writeFileSync(overrides, 'a: true\n')
  const source = [memory('feature_a: off'), overrideFile(overrides)]
  const features = await openFeatures({ source })
  const trial = await features.trial('memory', 'feature_a: {gold: true}')
  expect(trial.for(worldOf()).isEnabled('a')).toBe(true)
  const without = await features.trial(overrides, 'b: true\n')
  expect([without.for(worldOf()).isEnabled('a'), without.for(worldOf()).isEnabled('b')]).toEqual([
    false,
    true,
  ])
  await features.close()
})

test('a source reads a text that is tried as it reads its own', async () => {
  const inner = memory('feature_a: off')
  const shouting: Source = Object.assign(Object.create(inner) as Source, {
    name: 'memory',
    open: (sink: Parameters<Source['open']>[0]) => inner.open(sink),
    read: (text: string) =>
      text === 'NO'
        ? { problem: { code: 'syntax', severity: 'error', message: 'memory says no' } as const }
        : { content: { text: text.toLowerCase() } },
  })
  const features = await openFeatures({ source: shouting })
  const trial = await features.trial('memory', 'FEATURE_A: ON')
  expect(trial.for(worldOf()).isEnabled('a')).toBe(true)
  const refused = await features.trial('memory', 'NO')
  expect(refused.snapshot.problems).toMatchObject([{ code: 'syntax', message: 'memory says no' }])
  await features.close()
})

test('questions of a trial are not recorded, counted or reported', async () => {
  const usages: FeatureUsage[] = []
  const counted: string[] = []
  const failing: Selector = {
    ...country,
    compile: () => () => {
      throw new Error('boom')
    },
  }
  const options: Partial<FeaturesOptions> = {
    selectors: [failing],
    onUsage: (usage) => usages.push(usage),
    onMetric: { read: (name) => void counted.push(name) },
  }
  const text =
    'feature_a: {experiment: {loggedin: true, variants: {a: 25, b: 25}}}\nfeature_b: {country: [NZ]}'
  const { trial, exposures, problems } = await tryText(
    text,
    `${text}\nfeature_c: {country: [AU]}`,
    options,
  )
  const asked = trial.for(gold)
  expect(asked.variant('a')).toBeDefined()
  expect(['b', 'c', 'unknown'].map((name) => asked.isEnabled(name))).toEqual([false, false, false])
  asked.getNumberValue('a', 5)
  trial
    .for({
      ...gold,
      user: () => {
        throw new Error('no user')
      },
    })
    .isEnabled('a')
  await eventsDelivered()
  expect({ exposures, usages, counted, problems }).toEqual({
    exposures: [],
    usages: [],
    counted: [],
    problems: [],
  })
})

test.each([
  ['a name that no source has', 'elsewhere.yaml', 'feature_a: on'],
  ['no text', 'memory', undefined as unknown as string],
])('%s is refused with LIVEFLAG_BAD_OPTION', async (_, source, text) => {
  const { features } = await openEngine('feature_a: on')
  const { trial } = features
  await expect(trial(source, text)).rejects.toMatchObject({ code: 'LIVEFLAG_BAD_OPTION' })
})
