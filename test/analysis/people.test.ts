/** Whom a report counts: as a list, and as a count alone. */
import fc from 'fast-check'
import { countPeople, peopleOf } from '../../src/analysis/people'
import type { Member } from '../../src/recording/store'

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
      fc.boolean(),
      fc.option(fc.nat(100), { nil: undefined }),
      async (found, stitch, from) => {
        const rows = found.map(({ later, at, ...row }): Member => ({
          ...{ ...row, at, lastAt: at + later },
          ...{ revision: null, lastRevision: null, attributes: null },
        }))
        const asked = { stitch, ...(from !== undefined && { span: { from } }) }
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
