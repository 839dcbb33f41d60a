import { fieldsOf, NOBODY, worldOf } from '../../../../src/server/dashboard/feature/world-fields'

test('empty fields are members that are not there', () => {
  expect(worldOf({ ...NOBODY, isSignedIn: false })).toEqual({})
})

test('a World goes into the fields and comes back out of them', () => {
  const world = {
    user: { id: 't2_1', name: 'gary', admin: true, beta: true },
    subreddit: 'wtf',
    loid: 'l1',
    urlFeatures: ['a', 'b'],
    attributes: { country: 'NZ', age: 30, tags: ['x'], url: 'http://a:1' },
  }
  expect(worldOf(fieldsOf(world))).toEqual(world)
})
