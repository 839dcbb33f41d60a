import { matchers } from '../../src/testing/jest'
import { testFeatures } from '../../src/testing/test-features'

const gary = { user: { id: 't2_beef', name: 'gary' } }

test('a failure says what the selectors asked and which bucket was drawn', async () => {
  const features = testFeatures()
  await features.setDefinition('header', { users: ['mary'], percent_loggedin: 0.1 })
  expect(() => expect('header').toBeEnabledFor(features, gary)).toThrow(
    /^expected "header" on for \{"user":\{"id":"t2_beef","name":"gary"\}\}, but:\nheader is off, DEFAULT\n {2}· users: passed on \(.*"gary".*\)\n {2}· percent_loggedin: passed on .*\n {6}bucket \d+ of "t2_beef": .*$/,
  )
  await features.close()
})

test('values and variants are compared, and asymmetric matchers work', () => {
  const features = testFeatures({ limits: { most: 5 } }).setVariant('checkout', 'new')
  expect('limits').toHaveValueFor(features, gary, { most: expect.any(Number) })
  expect('checkout').toHaveVariantFor(features, gary, 'new')
  expect(() => expect('checkout').toHaveVariantFor(features, gary, 'old')).toThrow(
    /^expected "checkout" to have variant "old" for .*\ncheckout is on, variant "new", value "new", STATIC/,
  )
})

test('exposures are listed when none is like the expected one', async () => {
  const features = testFeatures()
  const variants = [{ name: 'a', weight: 1 }]
  await features.setDefinition('x', { experiment: { loggedin: true, variants } })
  features.as(gary, () => features.variant('x'))
  expect(features).toHaveExposed('x', { variant: 'a' })
  expect(() => expect(features).toHaveExposed('x', { variant: 'b' })).toThrow(
    'expected an exposure of "x" with {"variant":"b"}; recorded:\n  x: a for user "t2_beef"',
  )
  await features.restore()
  expect(() => expect(features).toHaveExposed('x')).toThrow(
    'expected an exposure of "x"; recorded none:',
  )
  await features.close()
})

test.each([
  [
    () => expect(5).toBeEnabledFor(testFeatures(), {}),
    "give expect the name of a feature: expect('new_header')",
  ],
  [() => expect('x').toBeEnabledFor(5 as never, {}), 'the first argument is no Features'],
  [() => expect({}).toHaveExposed('x'), 'give expect the features that testFeatures returned'],
])('a mistaken use is refused: %#', (use, says) => {
  expect(use).toThrow(expect.objectContaining({ message: expect.stringContaining(says) as string }))
})

test('are one object, whose names the types have', () => {
  expect(Object.keys(matchers).sort()).toEqual([
    'toBeEnabledFor',
    'toHaveExposed',
    'toHaveValueFor',
    'toHaveVariantFor',
  ])
})
