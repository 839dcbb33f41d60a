import type { Selector } from '../../../src/index'
import { closeScenes, LIVE, scene } from './scene'

afterEach(closeScenes)

test('an entry that is not saved is explained with the selectors of the application', async () => {
  const country: Selector = {
    key: 'country',
    stage: 'who',
    summary: 'Visitors from this country.',
    schema: { type: 'string' },
    compile: (value) => (visitor) => visitor.attribute('country') === value,
  }
  const { post } = await scene({}, LIVE, () => ({ selectors: [country] }))
  const world = { attributes: { country: 'NZ' } }
  const text = 'feature_new: {country: NZ}'
  expect(await post('/features/new/explain', { world, text })).toMatchObject({
    decision: { enabled: true, selector: 'country' },
  })
})
