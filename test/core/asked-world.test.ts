import { memory, openFeatures, type World, worldOf } from '../../src/index'

function counting(): { world: World; asked: string[] } {
  const asked: string[] = []
  const plain = worldOf({ user: { id: 't2_beef', name: 'gary' }, loid: 'abcd', subreddit: 'wtf' })
  const noted = Object.entries(plain).map(([name, answer]): [string, unknown] => [name, (...given: unknown[]) => {
    asked.push(name)
    return (answer as (...given: unknown[]) => unknown)(...given)
  }])
  return { asked, world: Object.fromEntries(noted) as unknown as World }
}

test('ten questions with overrides ask the World what one would', async () => {
  const features = await openFeatures({ source: memory('feature_x: {employee: true, subreddits: [aww], percent_loggedin: 1}') })
  const { world, asked } = counting()
  const request = features.for(world)
  for (let i = 0; i < 10; i++) request.isEnabled('x', { subreddit: 'pics' })
  request.isEnabled('x')
  expect(asked.toSorted()).toEqual(['isEmployee', 'isLoggedIn', 'subreddit', 'user'])
  await features.close()
})

test('an exposure is judged by the request, whoever an override puts in the visitor’s place', async () => {
  const exposures: unknown[] = []
  const features = await openFeatures({
    source: memory('feature_e: {experiment: {loggedin: true, variants: {control_1: 50, control_2: 50}}}'),
    validExposureRequest: (world) => !world.user()?.id?.startsWith('bot'),
    onExposure: ({ unit }) => exposures.push(unit),
  })
  const request = features.for(worldOf({ user: { id: 't2_1' } }))
  request.isEnabled('e', { user: { id: 'bot1' } })
  request.isEnabled('e')
  expect(exposures).toEqual(['bot1', 't2_1'])
  await features.close()
})

test('JSON nested ten thousand deep is one entry’s problem, and the others load', async () => {
  const text = `{"feature_a": ${'['.repeat(10_000)}${']'.repeat(10_000)}, "feature_b": "on"}`
  const features = await openFeatures({ source: memory(text, { format: 'json' }) })
  expect(features.isEnabled('b')).toBe(true)
  expect(features.snapshot.problems).toContainEqual(expect.objectContaining({ code: 'too-deep', feature: 'a' }))
  await features.close()
})
