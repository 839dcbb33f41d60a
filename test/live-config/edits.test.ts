import { closeEngines, openEngine } from '../support/engine'

afterEach(closeEngines)

const editsOf = async (before: string, after: string): Promise<unknown> => {
  const { set, changes } = await openEngine(before)
  await set(after)
  return changes.flatMap(({ edits }) => edits)
}

test.each<[string, string, string, unknown]>([
  [
    'a number',
    'feature_a: {percent_loggedin: 25}',
    'feature_a: {percent_loggedin: 50}',
    [{ feature: 'a', path: 'percent_loggedin', from: 25, to: 50 }],
  ],
  [
    'a whole entry',
    'feature_a: on',
    'feature_a: off',
    [{ feature: 'a', path: '', from: 'on', to: 'off' }],
  ],
  [
    'a list',
    'feature_a: {users: [gary, spez]}',
    'feature_a: {users: [gary]}',
    [{ feature: 'a', path: 'users', from: ['gary', 'spez'], to: ['gary'] }],
  ],
  [
    'a key that is new, and one that is gone',
    'feature_a: {gold: true}',
    'feature_a: {beta: true}',
    [
      { feature: 'a', path: 'gold', from: true },
      { feature: 'a', path: 'beta', to: true },
    ],
  ],
  [
    'a weight of a variant',
    'feature_a: {experiment: {variants: [{name: a, weight: 50}, {name: b, weight: 50}]}}',
    'feature_a: {experiment: {variants: [{name: a, weight: 60}, {name: b, weight: 40}]}}',
    [
      { feature: 'a', path: 'experiment.variants.0.weight', from: 50, to: 60 },
      { feature: 'a', path: 'experiment.variants.1.weight', from: 50, to: 40 },
    ],
  ],
  [
    'a segment that the entry names',
    'segments: {staff: [u1]}\nfeature_a: {segments: [staff]}',
    'segments: {staff: [u1, u2]}\nfeature_a: {segments: [staff]}',
    [{ feature: 'a', path: 'group.staff.values', from: ['u1'], to: ['u1', 'u2'] }],
  ],
  [
    'a feature beside others',
    'feature_a: {percent_loggedin: 1}\nfeature_b: on',
    'feature_a: {percent_loggedin: 2}\nfeature_b: on\nfeature_c: on',
    [{ feature: 'a', path: 'percent_loggedin', from: 1, to: 2 }],
  ],
])('an edit of %s is told by its place', async (_, before, after, edits) => {
  expect(await editsOf(before, after)).toEqual(edits)
})
