/** Whom a report counts: as a list, and as a count alone. */
import fc from 'fast-check'
import { countPeople, membersOf, peopleOf, type Person } from '../../src/analysis/people'
import { type SignIns, signInsOf } from '../../src/analysis/sign-ins'
import { memoryStore } from '../../src/recording/memory'
import type { ExposureRow, Member } from '../../src/recording/store'
import { exposureRow } from '../support/rows'

const name = fc.constantFrom('a', 'b', 'c')
const member = fc.record({
  kind: fc.constantFrom('user', 'page'),
  unit: name,
  user: fc.option(name),
  loid: fc.option(name),
  variant: fc.constantFrom('red', 'blue'),
  at: fc.nat(50),
  later: fc.nat(50),
})

test('a count alone is that of the list', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(member, { maxLength: 20 }),
      fc.option(fc.dictionary(name, fc.option(name, { nil: undefined })), { nil: undefined }),
      fc.option(fc.nat(100), { nil: undefined }),
      async (found, signIns, from) => {
        const rows = found.map(({ later, at, ...row }): Member => ({
          ...{ ...row, at, lastAt: at + later },
          ...{ revision: null, lastRevision: null, attributes: null },
        }))
        const asked = {
          ...(signIns && { signIns: new Map(Object.entries(signIns)) }),
          ...(from !== undefined && { span: { from } }),
        }
        const { list } = await peopleOf(rows, asked)
        expect(await countPeople(rows, asked)).toEqual({
          people: list.length,
          crossed: list.filter(({ crossed }) => crossed).length,
        })
      },
    ),
    { numRuns: 200 },
  )
})

/** Somebody sits at a device, signed in or out, and sees a variant. */
const sight = fc.record({
  user: fc.option(fc.constantFrom('u1', 'u2', 'u3')),
  loid: fc.option(fc.constantFrom('l1', 'l2', 'l3', 'l4')),
  variant: fc.constantFrom('red', 'blue'),
  at: fc.nat(30),
})

type Sight = typeof sight extends fc.Arbitrary<infer One> ? One : never

const exposureOf = ({ user, loid, variant, at }: Sight): ExposureRow[] =>
  user === null && loid === null
    ? []
    : [exposureRow(user ?? loid ?? '', variant, { user, loid, at })]

/** When somebody was first seen, and whether they saw two variants. */
type Known = Pick<Person, 'at' | 'crossed'>

/** The people, by the rule alone: each id is looked up in all rows. */
function peopleByTheRule(all: readonly ExposureRow[], until: number): ReadonlyMap<string, Known> {
  const rows = all.filter(({ at }) => at < until)
  const personOf = (id: string): string => {
    const [first] = rows
      .filter(({ user, loid }) => user && loid === id)
      .toSorted((a, b) => a.at - b.at || (a.unit < b.unit ? -1 : 1))
    return first?.unit ?? id
  }
  const people = new Map<string, ExposureRow[]>()
  for (const row of rows) {
    const person = personOf(row.unit)
    people.set(person, [...(people.get(person) ?? []), row])
  }
  return new Map(
    [...people].map(([person, own]) => [
      person,
      {
        at: Math.min(...own.map(({ at }) => at)),
        crossed: new Set(own.map(({ variant }) => variant)).size > 1,
      },
    ]),
  )
}

const isShared = (rows: readonly ExposureRow[]): boolean =>
  rows.some((a) => rows.some((b) => a.user && b.user && a.user !== b.user && a.loid === b.loid))

test('stitched, people are those of the rule, on several devices and at shared ones, in any order of rows', async () => {
  const met = { devices: 0, shared: 0 }
  await fc.assert(
    fc.asyncProperty(
      fc.array(sight, { maxLength: 16 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 5, max: 31 }),
      async (sights, size, until) => {
        const all = sights.flatMap(exposureOf)
        const store = memoryStore()
        for (let i = 0; i < all.length; i += size)
          await store.write({ exposures: all.slice(i, i + size) })
        await store.write({ exposures: all.slice(0, size) })
        const asked = { experiment: 'exp', until }
        const rows = await membersOf(store, { ...asked, by: 'unit' })
        const signIns = await signInsOf(store, asked)
        const { list, indexOf } = await peopleOf(rows, { signIns })
        const expected = peopleByTheRule(all, until)
        expect(list).toHaveLength(expected.size)
        for (const [person, known] of expected)
          expect(list[indexOf(person) ?? -1]).toMatchObject(known)
        const owners = [...signIns.values()].filter((unit) => unit !== undefined)
        if (new Set(owners).size < owners.length) met.devices++
        if (isShared(all.filter(({ loid }) => loid))) met.shared++
      },
    ),
    { numRuns: 400 },
  )
  expect([met.devices > 50, met.shared > 50]).toEqual([true, true])
})

test('what a store keeps goes before the rows, which tell of those that it does not know', async () => {
  const rows = [
    exposureRow('u1', 'red', { user: 'u1', loid: 'l1', at: 1 }),
    exposureRow('u2', 'red', { user: 'u2', loid: 'l1', at: 50 }),
    exposureRow('u3', 'red', { user: 'u3', loid: 'l2', at: 60 }),
    exposureRow('l1', 'blue', { user: null, loid: 'l1', at: 10 }),
    exposureRow('l2', 'blue', { user: null, loid: 'l2', at: 10 }),
  ]
  const store = memoryStore()
  await store.write({ exposures: rows })
  const members = await membersOf(store, { experiment: 'exp', by: 'unit', until: 100 })
  const crossedOf = async (signIns: SignIns): Promise<readonly string[]> => {
    const { list, indexOf } = await peopleOf(members, { signIns })
    return ['u1', 'u2', 'u3'].filter((unit) => list[indexOf(unit) ?? -1]?.crossed)
  }
  expect(await crossedOf(new Map())).toEqual(['u1', 'u3'])
  expect(await crossedOf(new Map([['l1', 'u2']]))).toEqual(['u2', 'u3'])
  expect(await crossedOf(new Map([['l1', undefined]]))).toEqual(['u3'])
  // A store of another program keeps none.
  expect((await signInsOf({}, { experiment: 'exp', until: 100 })).size).toBe(0)
})

test('whose account is known and who is not signed in is who signs in with that loid', async () => {
  const store = memoryStore()
  await store.write({
    exposures: [
      exposureRow('l1', 'red', { user: 'u1', loid: 'l1', at: 1 }),
      exposureRow('u1', 'blue', { user: 'u1', loid: 'l1', at: 2 }),
    ],
  })
  const asked = { experiment: 'exp', until: 100 }
  const members = await membersOf(store, { ...asked, by: 'unit' })
  const { list } = await peopleOf(members, { signIns: await signInsOf(store, asked) })
  expect(list).toMatchObject([{ unit: 'l1', crossed: true, at: 1 }])
})
