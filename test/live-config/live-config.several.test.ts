import { openFeatures } from '../../src/index'
import { closeEngines, eventsDelivered, listenTo } from '../support/engine'
import { QuietSource } from '../support/quiet-source'

afterEach(closeEngines)

test('sources that change together are put in force once: one change, and one time of loading', async () => {
  let now = 1
  const [first, second] = [
    new QuietSource('feature_x: off\n', 'first'),
    new QuietSource('feature_y: off\n', 'second'),
  ]
  const features = await openFeatures({ source: [first, second], now: () => now })
  const { changes } = listenTo(features)
  features.on('change', () => now++)
  await Promise.all([first.tell('feature_x: on\n'), second.tell('feature_y: on\n')])
  await eventsDelivered()
  expect(changes.map(({ changed }) => changed)).toEqual([['x', 'y']])
  expect(features.snapshot.loadedAt).toEqual(new Date(1))
  await features.close()
})
