import type { Person } from '../../src/analysis/people'
import { unitGroups } from '../../src/analysis/unit-groups'

const DAY = 86_400_000

const person = (firstVariant: string, day: number, also: Partial<Person> = {}): Person => ({
  ...{ unit: 'u', kind: 'user', revision: 'r', lastRevision: 'r', attributes: null },
  ...{ firstVariant, variant: firstVariant, at: day * DAY + 1, lastAt: day * DAY + 1 },
  ...{ crossed: false, returned: false, moved: false, cohort: 0 },
  ...also,
})

test('people who are alike are one group, in an order that does not depend on that of rows', async () => {
  const list = [
    person('t', 1),
    person('control', 1),
    person('t', 0, { crossed: true, variant: 'control' }),
    person('t', 0, { revision: null }),
    person('t', 1, { crossedBySignIn: true }),
    person('t', 0, { cohort: 2 }),
    person('t', 0, { cohort: 10 }),
    person('control', 1),
  ]
  const groups = await unitGroups({ list }, DAY)
  expect(
    groups.map(({ start, firstVariant, units }) => [start / DAY, firstVariant, units]),
  ).toEqual([
    ...[0, 0, 0, 0].map((day) => [day, 't', 1]),
    ...[
      [1, 'control', 2],
      [1, 't', 1],
      [1, 't', 1],
    ],
  ])
  for (const shuffled of [list.toReversed(), list.toSorted((a, b) => a.cohort - b.cohort)])
    expect(await unitGroups({ list: shuffled }, DAY)).toEqual(groups)
})
