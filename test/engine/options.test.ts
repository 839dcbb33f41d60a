import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Features, type FeaturesOptions, LiveflagError, memory, openFeatures } from '../../src'
import { closeEngines, openEngine } from '../support/engine'

afterEach(closeEngines)

/** What openFeatures makes of options that no type lets through. */
async function refusal(options: unknown): Promise<unknown> {
  let features: Features | undefined
  try {
    features = await openFeatures(options as FeaturesOptions)
    return 'opened'
  } catch (error) {
    return error instanceof LiveflagError ? [error.code, error.message] : error
  } finally {
    await features?.close()
  }
}

const on = { source: memory('feature_x: on\n') }
const refused = (message: string): unknown => ['LIVEFLAG_BAD_OPTION', `openFeatures: ${message}`]

test.each<[unknown, string]>([
  [{}, 'source is undefined; give a path, or a source such as file(path) or memory(text)'],
  [{ source: null }, 'source is null; give a path, or a source such as file(path) or memory(text)'],
  [{ source: 5 }, 'source is 5; give a path, or a source such as file(path) or memory(text)'],
  [
    { source: {} },
    'source is [object Object]; give a path, or a source such as file(path) or memory(text)',
  ],
  [{ source: [] }, 'source is empty; give at least one path or source'],
  [
    { source: [on.source, undefined] },
    'source is undefined; give a path, or a source such as file(path) or memory(text)',
  ],
  [{ ...on, compat: 'R2' }, 'compat is "R2"; give \'r2\', or leave it out'],
  [{ ...on, compat: true }, "compat is true; give 'r2', or leave it out"],
  [{ ...on, badEntry: 'keep' }, "badEntry is \"keep\"; give 'hold' or 'off'"],
  [{ ...on, waitForFile: -1 }, 'waitForFile is -1; give true, false or milliseconds'],
  [{ ...on, waitForFile: NaN }, 'waitForFile is NaN; give true, false or milliseconds'],
  [
    { ...on, guards: { allowempty: true } },
    'guards: there is no option allowempty; there are allowEmpty, maxRemoved, endMarker; did you mean allowEmpty?',
  ],
  [
    { ...on, guards: null },
    'guards is null; give an object with allowEmpty, maxRemoved, endMarker',
  ],
  [
    { ...on, guards: { maxRemoved: '0.5' } },
    'guards: maxRemoved is "0.5"; give a share from 0 to 1',
  ],
  [{ ...on, guards: { allowEmpty: 'yes' } }, 'guards: allowEmpty is "yes"; give true or false'],
  [
    { ...on, guards: { endMarker: ' ' } },
    'guards: endMarker is " "; give the last line of every text',
  ],
  [{ ...on, waitForFile: 'yes' }, 'waitForFile is "yes"; give true, false or milliseconds'],
])('%j is refused: %s', async (options, message) => {
  expect(await refusal(options)).toEqual(refused(message))
})

describe('options that make no sense are refused with LIVEFLAG_BAD_OPTION', () => {
  test.each<[string, unknown]>([
    ['no options at all', undefined],
    ['a share of features above 1', { ...on, guards: { maxRemoved: 50 } }],
    ['a share of features below 0', { ...on, guards: { maxRemoved: -1 } }],
    ['a clock that is no function', { ...on, now: 5 }],
    ['an onExposure that is no function', { ...on, onExposure: 5 }],
    ['a validExposureRequest that is no function', { ...on, validExposureRequest: 'x' }],
  ])('%s', async (_, options) => {
    expect(await refusal(options)).toEqual(['LIVEFLAG_BAD_OPTION', expect.any(String)])
  })
})

test.each<keyof FeaturesOptions>([
  'compat',
  'badEntry',
  'waitForFile',
  'loggedOutExperiments',
  'onExposure',
  'validExposureRequest',
  'dedupeExposures',
  'forceByUrl',
  'guards',
  'now',
])('an undefined %s is as good as none', async (option) => {
  expect(await refusal({ source: memory('feature_x: on\n'), [option]: undefined })).toBe('opened')
})

const outcomeWithUndefined = async (guard: string): Promise<string | undefined> =>
  (await openEngine('feature_x: on\n', { guards: { [guard]: undefined } })).set('feature_x: off\n')

test.each(['allowEmpty', 'endMarker'])(
  'an undefined guards.%s is as good as none',
  async (guard) => {
    expect(await outcomeWithUndefined(guard)).toBe('installed')
  },
)

test('an undefined guards.maxRemoved is as good as none', async () => {
  expect(await outcomeWithUndefined('maxRemoved')).toBe('installed')
})

describe('where the live config is', () => {
  let directory = ''
  beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'liveflag-options-'))))
  afterAll(() => rmSync(directory, { recursive: true }))

  test.each([
    ['live.yaml', 'feature_x: on\n'],
    ['live.json', '{"feature_x": "on"}'],
    ['live.ini', '[live_config]\nfeature_x = on\n'],
    ['live', 'feature_x: on\n'],
  ])('may be said by a path, whose extension says the syntax: %s', async (name, text) => {
    const path = join(directory, name)
    writeFileSync(path, text)
    const features = await openFeatures({ source: path })
    expect(features.isEnabled('x')).toBe(true)
    expect(features.snapshot.watch).toEqual([
      { mode: expect.stringMatching(/events|poll/) as string },
    ])
    await features.close()
  })

  test('may be said by several, paths and sources mixed', async () => {
    const path = join(directory, 'mixed.yaml')
    writeFileSync(path, 'feature_x: on\nfeature_y: on\n')
    const features = await openFeatures({ source: [path, memory('feature_y: off\n')] })
    expect([
      features.isEnabled('x'),
      features.isEnabled('y'),
      features.snapshot.watch.length,
    ]).toEqual([true, false, 2])
    await features.close()
  })
})

test('the clock is the one that was given', async () => {
  let time = 1000
  const { features } = await openEngine('feature_x: on\n', { now: () => time })
  time = 1500
  expect([features.snapshot.loadedAt.getTime(), features.snapshot.ageMs]).toEqual([1000, 500])
})
