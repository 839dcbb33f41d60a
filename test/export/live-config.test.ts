import { type Features, memory, openFeatures } from '../../src/index'
import { liveConfigOf } from '../../src/export/live-config'

const opened: Features[] = []
afterEach(async () => {
  for (const features of opened.splice(0)) await features.close()
})

async function exported(...texts: readonly string[]) {
  const features = await openFeatures({
    source: texts.map((text, n) => memory(text, { name: `text ${n}` })),
  })
  features.on('problem', () => undefined)
  opened.push(features)
  const text = JSON.stringify(
    liveConfigOf(
      new Map(
        features.snapshot.names.flatMap((name) => {
          const definition = features.definition(name)
          return definition ? [[name, definition] as const] : []
        }),
      ),
    ),
  )
  const again = await openFeatures({ source: memory(text, { format: 'json' }) })
  opened.push(again)
  return { features, again, text }
}

test.each([
  [
    'one text',
    [
      'feature_a: on\nfeature_b: { gold: true, owner: x }\nsegments: { s: [a] }\nfeature_c: { segments: [s] }\n',
    ],
  ],
  [
    'several sources, of which the later override',
    ['feature_a: on\nfeature_b: on\n', 'feature_b: { default: 5 }\n'],
  ],
  ['an entry that is JSON in a text', ['feature_a: \'{"gold": true}\'\n']],
  [
    'a payload',
    [
      '{"features": {"a": {"defaultValue": 1, "rules": [{"force": 2, "x": 1, "condition": {"n": {"$nope": 1}}}]}}, "dateUpdated": "2026-01-01"}',
    ],
  ],
  [
    'a payload beside a live config',
    [
      '{"features": {"a": {"defaultValue": 1, "rules": [{"force": 2}]}}, "dateUpdated": "2026-01-01"}',
      'feature_b: on\n',
    ],
  ],
])('%s means the same when it is read again', async (_, texts) => {
  const { features, again } = await exported(...texts)
  expect(again.snapshot.names).toEqual(features.snapshot.names)
  for (const name of features.snapshot.names) {
    expect(again.global.decide(name).value).toEqual(features.global.decide(name).value)
    expect(again.isEnabled(name)).toBe(features.isEnabled(name))
    expect(again.metadata(name)).toEqual(features.metadata(name))
  }
})
