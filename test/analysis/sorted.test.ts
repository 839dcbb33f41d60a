import fc from 'fast-check'
import { inOrder } from '../../src/analysis/sorted'
import { chance } from '../support/chance'

const number = fc.double({ noNaN: true, noDefaultInfinity: true })

test('few and many numbers come out in order, and what was given stays as it was', async () => {
  const { normal } = chance(3)
  for (const length of [0, 1, 2, 16_384, 16_385, 70_001]) {
    const given = Float64Array.from({ length }, normal)
    const before = given.slice()
    expect(await inOrder(given)).toEqual(before.slice().sort())
    expect(given).toEqual(before)
  }
})

test('they are the numbers that were given', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(number, { maxLength: 100 }), async (list) => {
      expect([...(await inOrder(Float64Array.from(list)))]).toEqual([
        ...Float64Array.from(list).sort(),
      ])
    }),
    { numRuns: 30 },
  )
})

test('other work gets its turns meanwhile', async () => {
  const { next } = chance(4)
  let turns = 0
  let isSorting = true
  const count = (): void => {
    turns++
    if (isSorting) setImmediate(count)
  }
  setImmediate(count)
  await inOrder(Float64Array.from({ length: 300_000 }, next))
  isSorting = false
  expect(turns).toBeGreaterThan(2)
})
