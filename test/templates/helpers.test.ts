import { memory, openFeatures, worldOf } from '../../src/index'
import { templateHelpers } from '../../src/templates/helpers'
import { testFeatures } from '../../src/testing/test-features'

test('the helpers are plain functions that ask the ambient request', async () => {
  const features = await openFeatures({
    source: memory('feature_for_gary: { users: [gary] }', { format: 'yaml' }),
  })
  const { isEnabled } = templateHelpers(features)
  const gary = worldOf({ user: { id: 't2_beef', name: 'gary' } })
  expect(isEnabled('for_gary')).toBe(false)
  expect(features.run(gary, () => isEnabled('for_gary'))).toBe(true)
  // A request that is given is asked instead.
  expect(templateHelpers(features, features.for(gary)).isEnabled('for_gary')).toBe(true)
  await features.close()
})

const features = testFeatures({ on: true, off: false, text: 'a', size: 0, list: { a: [1] } })
features.setVariant('button', 'blue')
const { value } = templateHelpers(features)

test.each([
  ['on', false, true],
  ['text', 'z', 'a'],
  ['size', 20, 0],
  ['list', {}, { a: [1] }],
  ['unheard', 'z', 'z'],
  ['unheard', null, null],
  // A value of another type is none.
  ['text', 20, 20],
  ['button', 'red', 'blue'],
])('value(%j, %j) is %j', (name, otherwise, wanted) => {
  expect(value(name, otherwise)).toEqual(wanted)
})

test.each([
  ['on', true],
  ['text', 'a'],
  ['size', 0],
  ['list', { a: [1] }],
  ['button', 'blue'],
  ['unheard', undefined],
])('value(%j) without a default is %j', (name, wanted) => {
  expect(value(name)).toEqual(wanted)
})

test.each([undefined, null, 'features', {}, Promise.resolve()])('refuses %p', (given) => {
  // @ts-expect-error It is no Features.
  expect(() => templateHelpers(given)).toThrow(
    /templateHelpers: the features is .*; give what openFeatures resolved to \(await it\), or a request/,
  )
})
