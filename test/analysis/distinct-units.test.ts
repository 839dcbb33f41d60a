import fc from 'fast-check'
import { distinctUnits } from '../../src/analysis/distinct-units'
import { memoryStore } from '../../src/recording/memory'
import { exposureRow } from '../support/rows'

const rows = fc.uniqueArray(
  fc.record({
    unit: fc.constantFrom('u1', 'u2', 'u3', 'u4', 'u5'),
    variant: fc.constantFrom('a', 'b', 'c'),
    at: fc.integer({ min: 0, max: 9 }),
  }),
  { selector: ({ unit, variant }) => `${unit} ${variant}` },
)

test('each unit counts once, however many variants it saw, in any span', async () => {
  await fc.assert(
    fc.asyncProperty(rows, fc.integer({ min: 0, max: 9 }), async (list, from) => {
      const store = memoryStore()
      await store.write({
        exposures: list.map(({ unit, variant, at }) => exposureRow(unit, variant, { at })),
      })
      const count = (span: object) =>
        store.snapshot((reports) => distinctUnits(reports, 'exp', span))
      expect(await count({})).toBe(new Set(list.map(({ unit }) => unit)).size)
      const later = list.filter(({ at }) => at >= from)
      expect(await count({ from })).toBe(new Set(later.map(({ unit }) => unit)).size)
      await store.close()
    }),
  )
})
