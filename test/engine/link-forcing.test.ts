import { type LinkedWorld, LINKS, type LinkRefusal, type SignedLink } from '../../src/core/link'
import { type Facts, worldOf } from '../../src/core/world'
import type { Exposure } from '../../src/engine/exposure'
import { type Features, openFeatures } from '../../src/engine/features'
import type { FeatureUsage } from '../../src/engine/usage'
import { memory } from '../../src/sources/memory'

const TEXT = `
feature_banner: off
feature_button:
  experiment:
    loggedin: true
    variants: {blue: 20, red: 20}
feature_checkout:
  default: old
  rules:
    - variations: [one, two]
      meta: [{key: first}, {key: second}]
      hashAttribute: id
feature_price:
  experiment:
    variants:
      - {name: low, value: 9}
      - {name: control}
feature_needs_banner:
  rules:
    - parentConditions: [{id: banner, condition: {value: true}}]
      variations: [a, b]
`
const until = Date.parse('2026-12-01T00:00:00Z')
const exposures: Exposure[] = []
const usages: FeatureUsage[] = []
const refusals: LinkRefusal[] = []
let features: Features

beforeAll(async () => {
  features = await openFeatures({
    source: memory(TEXT, { format: 'yaml' }),
    onExposure: (exposure) => exposures.push(exposure),
    onUsage: (usage) => usages.push(usage),
  })
  features.on('problem', () => undefined)
  // From then on, a problem is emitted when it is found.
  await new Promise((resolve) => setImmediate(resolve))
  expect(features.snapshot.problems).toEqual([])
})
afterAll(() => features.close())
beforeEach(() => {
  exposures.length = usages.length = refusals.length = 0
})

const link = (feature: string, variant: string, whom?: string): SignedLink => ({
  feature,
  variant,
  key: 'qa-1',
  ...(whom !== undefined && { for: whom }),
  until,
})

const gary: Facts = { user: { id: 't2_beef', name: 'Gary' }, attributes: {} }

function linked(facts: Facts, ...links: readonly SignedLink[]): LinkedWorld {
  const onRefused = (refusal: LinkRefusal): unknown => refusals.push(refusal)
  return { ...worldOf(facts), [LINKS]: () => ({ links, refused: [], onRefused }) }
}

test.each([
  ['banner', 'on', { enabled: true, variant: undefined, value: undefined }],
  ['button', 'red', { enabled: true, variant: 'red', value: undefined }],
  ['button', 'control_1', { enabled: false, variant: 'control_1', value: undefined }],
  ['checkout', 'second', { enabled: true, variant: 'second', value: 'two' }],
  ['price', 'low', { enabled: true, variant: 'low', value: 9 }],
  ['price', 'control', { enabled: false, variant: 'control', value: undefined }],
])('a link forces %s to %s, whatever the entry says', (feature, variant, answer) => {
  const request = features.for(linked({}, link(feature, variant)))
  expect(request.decide(feature)).toMatchObject({
    ...answer,
    reason: 'STATIC',
    selector: 'signed link',
    forced: true,
  })
  expect(request.isEnabled(feature)).toBe(answer.enabled)
  expect(request.variant(feature)).toBe(answer.variant)
  expect(refusals).toEqual([])
})

test('typed values agree with the variant', () => {
  const request = features.for(linked({}, link('price', 'low'), link('button', 'red')))
  expect(request.getNumberValue('price', 1)).toBe(9)
  expect(request.getStringValue('button', 'none')).toBe('red')
  expect(request.allEnabled()).toMatchObject({
    price: { variant: 'low' },
    button: { variant: 'red' },
  })
})

test('what a link forces is neither an exposure nor a use', () => {
  const request = features.for(linked(gary, link('button', 'red', 'gary')))
  request.isEnabled('button')
  request.variant('button')
  expect([exposures, usages]).toEqual([[], []])
})

test('an experiment that requires a forced feature records no exposure', () => {
  const request = features.for(linked(gary, link('banner', 'on')))
  expect(request.decide('needs_banner').assignment).toBeDefined()
  expect(request.isEnabled('needs_banner')).toBe(true)
  expect(exposures).toEqual([])
})

test.each(['gary', 'GARY', 't2_beef'])('a link for %s is for the user Gary', (whom) => {
  expect(features.for(linked(gary, link('banner', 'on', whom))).isEnabled('banner')).toBe(true)
})

test('a link for somebody else forces nothing, is reported once, and is not in the list', () => {
  const request = features.for(linked({ user: { name: 'wendy' } }, link('banner', 'on', 'gary')))
  expect(request.isEnabled('banner')).toBe(false)
  expect(request.isEnabled('banner')).toBe(false)
  expect(request.links).toEqual([])
  expect(refusals).toEqual([{ reason: 'other-visitor', link: link('banner', 'on', 'gary') }])
})

test('a question about somebody else is not forced by a link for the visitor', () => {
  const request = features.for(linked(gary, link('banner', 'on', 'gary')))
  expect(request.isEnabled('banner', { user: { name: 'wendy' } })).toBe(false)
  expect(request.isEnabled('banner')).toBe(true)
})

test.each([
  ['banner', 'blue'],
  ['button', 'on-off'],
  ['checkout', 'on'],
  ['gone', 'on'],
])('a link to %s %s, which the live config does not have, forces nothing', (feature, variant) => {
  const request = features.for(linked({}, link(feature, variant)))
  expect(request.decide(feature).selector).not.toBe('signed link')
  expect(refusals).toMatchObject([{ reason: 'unknown-variant' }])
})

test('explain and the list of links say for whom and until when', () => {
  const given = link('banner', 'on', 'gary')
  const request = features.for(linked(gary, given))
  expect(request.links).toEqual([given])
  expect(request.explain('banner')).toMatchObject({
    decision: { forced: true },
    link: given,
    steps: [],
  })
  expect(request.explain('button')).not.toHaveProperty('link')
})

test('a World without links has none, and one that fails to read them is reported', async () => {
  expect(features.for(worldOf(gary)).links).toEqual([])
  const failing: LinkedWorld = {
    ...worldOf(gary),
    [LINKS]: () => {
      throw new Error('no cookies here')
    },
  }
  const reported = new Promise((resolve) =>
    features.on('problem', ({ message }) => resolve(message)),
  )
  expect(features.for(failing).isEnabled('banner')).toBe(false)
  expect(await reported).toContain('no cookies here')
})

test('the problem of a refused link is reported once for each link, and names the key', () => {
  const messages: string[] = []
  const remember = ({ code, message }: { code: string; message: string }): unknown =>
    code === 'link-refused' && messages.push(message)
  features.on('problem', remember)
  for (let i = 0; i < 1000; i++) {
    const request = features.for(
      linked({ user: { name: 'eve' } }, link('banner', 'on', 'somebody')),
    )
    request.isEnabled('banner')
  }
  features.off('problem', remember)
  expect(refusals).toHaveLength(1000)
  expect(messages).toEqual([
    'a signed link to on for somebody, key qa-1 was opened by somebody else',
  ])
})
