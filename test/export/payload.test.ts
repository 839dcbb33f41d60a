import { GrowthBook } from '@growthbook/growthbook'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject, JsonValue } from '../../src/core/json'
import { type Features, memory, openFeatures, worldOf } from '../../src/index'
import { asGrowthBook, exportedValue } from '../../src/export/feature'
import { type GrowthBookPayload, payloadOf } from '../../src/export/payload'
import { factsOfAttributes } from '../../src/selectors/attributes'
import { randomVisitors } from './random-visitors'

const opened: Features[] = []

afterAll(async () => {
  for (const features of opened) await features.close()
})

async function exportOf(text: string): Promise<{ features: Features; payload: GrowthBookPayload }> {
  const features = await openFeatures({ source: memory(text) })
  opened.push(features)
  const { names } = features.snapshot
  const definitions = new Map(
    names.flatMap((name) => {
      const definition = features.definition(name)
      return definition ? [[name, definition] as const] : []
    }),
  )
  return { features, payload: payloadOf(definitions, (name) => definitions.has(name)) }
}

/** The value of each exported feature, by the engine and by GrowthBook's own SDK. */
function bothAnswer(
  { features, payload }: { features: Features; payload: GrowthBookPayload },
  attributes: JsonObject,
): readonly [ours: Record<string, JsonValue>, theirs: Record<string, JsonValue>] {
  const client = new GrowthBook({ attributes: { ...attributes } })
  client.initSync({
    payload: payload as unknown as Parameters<GrowthBook['initSync']>[0]['payload'],
  })
  const request = features.for(worldOf(factsOfAttributes(attributes)))
  const names = Object.keys(payload.features)
  const ours = names.map((name) => {
    const feature = features.definition(name)?.feature
    const value = feature ? exportedValue(request.decide(name), feature) : null
    return [name, value] as const
  })
  const theirs = names.map((name) => [name, client.evalFeature(name).value as JsonValue] as const)
  client.destroy()
  return [Object.fromEntries(ours), Object.fromEntries(theirs)]
}

const NAMES = ['gary', 'Wendy', 'ÅSA', 'İpek', 'a b']
const EVERYTHING = `
segments:
  pilot: [t2_1, "5", "7"]
  kiwis: { country: NZ }
  both: { $or: [{ country: AU }, { id: { $in: [t2_2] } }] }
feature_on: on
feature_off: off
feature_true: true
feature_false: false
feature_in_text: '{"gold": true}'
feature_switched_off: { enabled: off, gold: true }
feature_switched_off_value: { enabled: off, default: 25 }
feature_enabled: { enabled: on }
feature_admin: { admin: true }
feature_roles: { employee: true, beta: true, gold: false }
feature_loggedin: { loggedin: true }
feature_loggedout: { loggedout: true }
feature_users: { users: ${JSON.stringify(NAMES)} }
feature_nobody: { users: [] }
feature_places: { subreddits: [WTF, askreddit], subdomains: [beta], oauth_clients: [xyzABC] }
feature_url: { url: look, gold: true }
feature_url_variants: { url: { a: one, b: two } }
feature_url_control: { url: { c: control_1, d: null } }
feature_url_for: { url: look, url_for: [employee, admin] }
feature_url_for_who: { url: look, url_for: { users: [gary], segments: [kiwis] } }
feature_segments: { segments: [pilot, kiwis] }
feature_segment_by: { segments: [pilot], segments_by: company.id }
feature_segment_nested: { segments: [both] }
feature_all: { percent_loggedin: 100 }
feature_none: { percent_loggedin: 0, percent_loggedout: 0 }
feature_stopped: { experiment: { enabled: off, loggedin: true, variants: { a: 20 } } }
feature_stopped_value: { default: 3, experiment: { enabled: false, loggedin: true, variants: { a: 20 } } }
feature_value: { default: [1, { a: b }] }
feature_gold_value: { gold: true, default: 5 }
feature_rules:
  default: 25
  rules:
    - { condition: { country: { $in: [NZ, AU] } }, force: 10 }
    - { condition: { id: { $inGroup: pilot } }, force: 11 }
    - { key: size, hashVersion: 2, condition: { country: DE }, variations: [25, 50], weights: [0.5, 0.5] }
    - { coverage: 0.3, hashVersion: 2, force: 50 }
feature_only_rules: { rules: [{ condition: { gold: true }, force: x }] }
feature_child:
  default: no
  rules: [{ parentConditions: [{ id: roles, condition: { value: true } }], force: yes }]
feature_grandchild:
  default: 0
  rules: [{ parentConditions: [{ id: child, condition: { value: true }, gate: true }], force: 1 }]
`

test('GrowthBook answers each exported feature of each selector as the engine does, for random visitors', async () => {
  const exported = await exportOf(EVERYTHING)
  expect(exported.features.snapshot.problems).toEqual([])
  expect([...exported.payload.leftOut.keys()]).toEqual([])
  for (const attributes of randomVisitors(1000)) {
    const [ours, theirs] = bothAnswer(exported, attributes)
    expect({ attributes, values: theirs }).toEqual({ attributes, values: ours })
  }
})

test('so it does for the example site, whose percentages and experiments are left out by name', async () => {
  const exported = await exportOf(readFileSync(join(__dirname, '../../config/live.yaml'), 'utf8'))
  expect([...exported.payload.leftOut.keys()].sort()).toEqual([
    'checkout_button',
    'compact_footer',
    'front_page_layout',
    'guest_tour',
    'infinite_scroll',
    'player_hints',
    'related_links',
    'search_v2',
    'sort_order',
    'video_player',
    'welcome_banner',
  ])
  for (const attributes of randomVisitors(1000)) {
    const [ours, theirs] = bothAnswer(exported, attributes)
    expect({ attributes, values: theirs }).toEqual({ attributes, values: ours })
  }
})

const DRAWS = 'draws by another hash'

test.each([
  ['a share', '{ percent_loggedin: 50 }', "draws by r2's hash"],
  ['a share of the signed out, also the whole', '{ percent_loggedout: 100 }', "draws by r2's hash"],
  ['an experiment', '{ experiment: { loggedin: true, variants: { a: 20 } } }', DRAWS],
  [
    'an experiment with a life, also one that is paused',
    '{ default: 1, experiment: { status: paused, variants: [{ name: a, weight: 100, value: 2 }] } }',
    DRAWS,
  ],
  [
    'names in a URL of which some switch it off',
    '{ url: { a: one, b: control_1 } }',
    'the first in the URL counts',
  ],
  [
    'a group within a required feature',
    '{ default: 1, rules: [{ parentConditions: [{ id: on, condition: { value: { $inGroup: g } } }], force: 2 }] }',
    'ask a saved group',
  ],
])('%s is left out, and it is said why', async (_, entry, reason) => {
  const { payload } = await exportOf(
    `savedGroups: { g: [a] }\nfeature_on: on\nfeature_x: ${entry}\nfeature_beside: { gold: true, percent_loggedin: 0 }`,
  )
  expect(Object.keys(payload.features).sort()).toEqual(['beside', 'on'])
  expect(payload.leftOut.get('x')?.reason).toContain(reason)
})

test('a feature that requires one that is left out is left out, and so is one that requires it in turn', async () => {
  const { payload } = await exportOf(`
feature_share: { percent_loggedin: 50 }
feature_child: { default: 1, rules: [{ parentConditions: [{ id: share }], force: 2 }] }
feature_grandchild: { default: 1, rules: [{ parentConditions: [{ id: child }], force: 2 }] }
feature_of_nothing: { default: 1, rules: [{ parentConditions: [{ id: no_such_feature }], force: 2 }] }
`)
  expect(Object.keys(payload.features)).toEqual(['of_nothing'])
  expect(payload.leftOut.get('grandchild')).toEqual({
    path: ['rules'],
    reason: 'it requires child, which is left out',
  })
})

test('only groups that an exported feature names are in the payload, plain lists as lists', async () => {
  const { payload } = await exportOf(`
segments: { used: [t2_1], unused: [t2_2] }
feature_a: { default: 1, rules: [{ condition: { id: { $inGroup: used } }, force: 2 }] }
feature_b: { percent_loggedin: 5, segments: [unused] }
`)
  expect(payload.savedGroups).toEqual({ used: ['t2_1'] })
})

test('a selector of the application is left out by its name', async () => {
  const features = await openFeatures({
    source: memory('feature_x: { country: NZ }'),
    selectors: [
      {
        key: 'country',
        stage: 'who',
        summary: 'Visitors of a country.',
        schema: {},
        compile: () => () => true,
      },
    ],
  })
  opened.push(features)
  const definition = features.definition('x')
  expect(definition && asGrowthBook(definition)).toEqual({
    leftOut: { path: ['country'], reason: 'country is a selector of the application' },
  })
})

test('a feature of a payload is exported as it is', async () => {
  const features = {
    a: { defaultValue: 1, rules: [{ id: 'r', force: 2, coverage: 0.5 }] },
  }
  const { payload } = await exportOf(JSON.stringify({ features, dateUpdated: '2026-01-01' }))
  expect(payload.features).toEqual(features)
})

test('where URLs may force nothing, they force nothing in GrowthBook', async () => {
  const features = await openFeatures({
    source: memory('feature_x: { url: look, gold: true }'),
    forceByUrl: false,
  })
  opened.push(features)
  const definition = features.definition('x')
  expect(definition && JSON.stringify(asGrowthBook(definition))).not.toContain('look')
})
