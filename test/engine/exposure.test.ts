import { type Exposure, type Facts, worldOf } from '../../src'
import { Asker } from '../../src/core/asker'
import type { Assignment } from '../../src/core/assignment'
import { decisionOf } from '../../src/core/decision'
import { type PendingExposure, pendingExposures } from '../../src/engine/exposure'

const ofUser: Assignment = {
  kind: 'user',
  experimentId: 7,
  experiment: 'x',
  variant: 'blue',
  unit: 't2_beef',
  bucket: 5,
}

/** What decided is told elsewhere: see the last tests. */
const entries = { entryOf: () => undefined }

function pending(assignment: Assignment, facts: Facts = {}, feature = 'x'): PendingExposure {
  const decision = decisionOf(
    feature,
    { enabled: true, reason: 'SPLIT', variant: assignment.variant, assignment },
    3,
  )
  const [only, ...more] = pendingExposures(
    decision,
    new Asker(worldOf(facts), { forceByUrl: true }),
    entries,
  )
  if (!only || more.length > 0) throw new Error('of an assignment exactly one exposure is pending')
  return only
}

const exposure = (assignment: Assignment, facts: Facts): Exposure =>
  pending(assignment, facts).exposure(99)

const common = { feature: 'x', experimentId: 7, variant: 'blue', bucket: 5, generation: 3, at: 99 }

test.each<[string, Assignment, Facts, object]>([
  [
    'a signed-in user',
    ofUser,
    { user: { id: 't2_beef' } },
    { ...common, kind: 'user', unit: 't2_beef', user: 't2_beef' },
  ],
  [
    'a signed-in user who has a logged-out id',
    ofUser,
    { user: { id: 't2_beef' }, loid: 'abc' },
    { ...common, kind: 'user', unit: 't2_beef', user: 't2_beef', loid: 'abc' },
  ],
  [
    'a logged-out visitor',
    { ...ofUser, unit: 'abc' },
    { loid: 'abc' },
    { ...common, kind: 'user', unit: 'abc', loid: 'abc' },
  ],
  [
    'a page',
    { ...ofUser, kind: 'page', unit: 't3_a' },
    { user: { id: 't2_beef' }, loid: 'abc', page: { id: 't3_a', type: 'link' } },
    { ...common, kind: 'page', unit: 't3_a', page: 't3_a' },
  ],
])('of %s has these members and no other', (_, assignment, facts, expected) => {
  const found = exposure(assignment, facts)
  expect(found).toEqual(expected)
  expect(Object.keys(found).toSorted()).toEqual(Object.keys(expected).toSorted())
})

test('has no experimentId when the entry states none', () => {
  const { experimentId: _, ...without } = ofUser
  expect(exposure(without, {})).not.toHaveProperty('experimentId')
})

test('passes an experimentId of 0 on', () => {
  expect(exposure({ ...ofUser, experimentId: 0 }, {}).experimentId).toBe(0)
})

test('is the same exposure when kind, feature, unit and the device of a user are', () => {
  const { key } = pending(ofUser)
  expect(pending({ ...ofUser, variant: 'green', bucket: 6, experimentId: 8 }).key).toBe(key)
  const page = { ...ofUser, kind: 'page' as const }
  expect(pending(page, { loid: 'abc' }).key).toBe(pending(page).key)
  const others = [
    pending({ ...ofUser, kind: 'page' }),
    pending({ ...ofUser, unit: 't2_cafe' }),
    pending(ofUser, {}, 'y'),
    // Reports join what was seen there signed out.
    pending(ofUser, { loid: 'abc' }),
  ]
  expect(new Set([key, ...others.map((other) => other.key)]).size).toBe(5)
})
