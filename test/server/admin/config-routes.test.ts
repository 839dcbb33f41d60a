import type { JsonObject, Selector } from '../../../src/index'
import { closeScenes, LIVE, scene } from './scene'

afterEach(closeScenes)

const country: Selector = {
  key: 'country',
  stage: 'who',
  summary: 'Visitors from this country.',
  schema: { type: 'string' },
  compile: () => undefined,
}

test('the schema describes the selectors of the application', async () => {
  const { ask } = await scene({}, LIVE, () => ({ selectors: [country] }))
  const { $defs } = await ask<{ $defs: { selectors: { properties: JsonObject } } }>('/schema')
  expect($defs.selectors.properties['country']).toEqual({
    description: 'Visitors from this country.',
    type: 'string',
  })
})
