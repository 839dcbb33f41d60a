import { worldOf } from '../../src/core/world'
import { type Bootstrap, bootstrapScript } from '../../src/engine/bootstrap'
import type { Exposure } from '../../src/engine/exposure'
import { ExposureSeal } from '../../src/engine/exposure-seal'
import { type Features, openFeatures } from '../../src/engine/features'
import { memory } from '../../src/sources/memory'

const SECRET = 'a secret of at least thirty-two characters'
const TEXT = `
feature_shown: {client: true, enabled: on}
feature_limits: {client: true, default: {max: 3}}
feature_button:
  client: true
  experiment:
    experiment_id: 7
    loggedin: true
    variants: {blue: 25, red: 25, control_1: 25, control_2: 25}
feature_rule: {client: true, default: a, rules: [{key: r, variations: [a, b], weights: [1, 0]}]}
feature_secret: {users: [gary]}
`
const exposures: Exposure[] = []
let now = Date.parse('2026-11-01T00:00:00Z')
let features: Features

beforeAll(async () => {
  features = await openFeatures({
    source: memory(TEXT, { format: 'yaml' }),
    exposureSecret: SECRET,
    onExposure: (exposure) => exposures.push(exposure),
    now: () => now,
  })
  expect(features.snapshot.problems).toEqual([])
})
afterAll(() => features.close())
beforeEach(() => {
  exposures.length = 0
})

const world = worldOf({ user: { id: 't2_beef', name: 'gary' } })
const tokenOf = ({ features: { button } }: Bootstrap): string => button?.exposure ?? ''

test('a browser knows the answers of features with client: true, and nothing else', () => {
  const bootstrap = features.for(world).bootstrap()
  const { variant, enabled } = features.for(world).decide('button')
  expect(bootstrap).toEqual({
    features: {
      shown: { enabled: true },
      limits: { enabled: true, value: { max: 3 } },
      button: { enabled, variant, exposure: expect.any(String) },
      rule: { enabled: true, value: 'a', variant: '0', exposure: expect.any(String) },
    },
  })
  expect(JSON.parse(JSON.stringify(bootstrap))).toEqual(bootstrap)
  expect(JSON.stringify(bootstrap)).not.toMatch(/t2_beef|gary|secret|SPLIT|selector/)
  expect(exposures).toEqual([])
})

test('names choose; one that browsers may not see is left out, and reported once', () => {
  const messages: string[] = []
  features.on('problem', ({ code, feature }) => messages.push(`${code} ${feature}`))
  for (let i = 0; i < 3; i++)
    expect(features.for(world).bootstrap(['shown', 'secret'])).toEqual({
      features: { shown: { enabled: true } },
    })
  return new Promise((resolve) => setImmediate(resolve)).then(() =>
    expect(messages).toEqual(['not-for-clients secret']),
  )
})

test('what a browser returns is recorded once for each unit, as the engine drew it', () => {
  const { assignment } = features.for(world).decide('button')
  const first = tokenOf(features.for(world).bootstrap())
  const again = tokenOf(features.for(world).bootstrap())
  expect(first).not.toBe(again)
  expect(features.recordExposures([first, again, first])).toBe(3)
  const { variant, unit, bucket } = assignment ?? {}
  expect(exposures).toEqual([
    expect.objectContaining({ feature: 'button', experimentId: 7, variant, unit, bucket, at: now }),
  ])
})

test('a page that stays open through an edit has shown two variants, and both are recorded', async () => {
  const text = (variant: string): string =>
    `feature_b: {client: true, experiment: {status: running, variants: [{name: ${variant}, weight: 100}]}}`
  const source = memory(text('old'))
  const seen: string[] = []
  const edited = await openFeatures({ source, onExposure: ({ variant }) => seen.push(variant) })
  const token = (): unknown => edited.for(world).bootstrap().features['b']?.exposure
  const old = token()
  await source.set(text('new'))
  edited.recordExposures([old, token(), old])
  expect(seen).toEqual(['old', 'new'])
  await edited.close()
})

test('what was not sealed here counts as nothing', () => {
  const token = tokenOf(features.for(worldOf({ user: { id: 't2_other' } })).bootstrap())
  const changed = `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`
  const forged = new ExposureSeal('another secret of thirty-two characters').seal([])
  const tokens = [changed, forged, '', 'AAAA', token.slice(0, 40), 7, null, 'x'.repeat(50_000)]
  expect(features.recordExposures(tokens)).toBe(0)
  expect(exposures).toEqual([])
})

test('a unit of some thousand characters is sealed and opened', () => {
  const unit = 'u'.repeat(5000)
  const token = tokenOf(features.for(worldOf({ user: { id: unit } })).bootstrap())
  expect(features.openExposure(token)).toMatchObject([{ unit }])
})

test('a World in the place of names is refused, with the call that was meant', () => {
  expect(() => features.bootstrap(world as never)).toThrow(
    'bootstrap: names is a World; ask features.for(world).bootstrap(names)',
  )
})

test('of a rule’s experiment the page is sent no definition, and its hash is said', () => {
  const token = features.for(world).bootstrap().features['rule']?.exposure ?? ''
  const [exposure] = features.openExposure(token) ?? []
  expect(exposure).toMatchObject({ feature: 'rule', variant: '0', hash: 'growthbook' })
  expect(Object.keys(exposure ?? {})).not.toContain('experiment')
  expect(features.openExposure(tokenOf(features.for(world).bootstrap()))?.[0]).not.toHaveProperty(
    'hash',
  )
})

test('a process with the same secret opens it, for a day', () => {
  const other = new ExposureSeal(SECRET, () => now)
  const token = tokenOf(features.for(world).bootstrap())
  expect(other.open(token)).toMatchObject([{ feature: 'button', unit: 't2_beef' }])
  now += 24 * 3_600_000 + 1
  expect(other.open(token)).toBeUndefined()
})

test('a request whose exposures are not valid has nothing to report', async () => {
  const silent = await openFeatures({
    source: memory(TEXT, { format: 'yaml' }),
    onExposure: () => undefined,
    validExposureRequest: () => false,
  })
  expect(silent.for(world).bootstrap(['button']).features['button']).not.toHaveProperty('exposure')
  await silent.close()
})

describe('the script tag', () => {
  const hostile = {
    features: { a: { enabled: true, value: '</script><!--<script>\u2028\u2029&amp;' } },
  }

  test.each([
    ['as a block of JSON', undefined],
    ['as a script with a nonce', 'abc+/=='],
  ])('has nothing that ends it or begins a comment, %s', (_how, nonce) => {
    const html = bootstrapScript(hostile, nonce === undefined ? {} : { nonce })
    const [, text = ''] = /^<script[^>]*>(.*)<\/script>$/s.exec(html) ?? []
    expect(text).not.toMatch(/[<>&\u2028\u2029]/)
  })

  test('is read back as it was', () => {
    const block = bootstrapScript(hostile).replace(/<\/?script[^>]*>/g, '')
    expect(JSON.parse(block)).toEqual(hostile)
  })

  test('refuses a nonce that would end the attribute', () => {
    expect(() => bootstrapScript(hostile, { nonce: '"><script>' })).toThrow(
      expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION' }),
    )
  })
})
