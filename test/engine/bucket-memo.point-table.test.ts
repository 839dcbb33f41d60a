import { PointTable } from '../../src/engine/bucket-memo'

test.each([
  [1, 2],
  [128, 2],
  [255, 2],
  [256, 4],
  [4 * 1024 * 1024, 65_536],
])('%d bytes are room for %d points', (bytes, entries) => {
  expect(new PointTable(bytes).entries).toBe(entries)
})

test('a point is found under its unit and its salt alone', () => {
  const table = new PointTable(1024)
  table.set('u', 7, 1, 500)
  expect([table.get('u', 7, 1), table.get('u', 7, 2), table.get('v', 7, 1)]).toEqual([500, -1, -1])
})

test('of three pairs with one place, the two newest are kept', () => {
  const table = new PointTable(128)
  for (const [n, unit] of ['u', 'v', 'w'].entries()) table.set(unit, 0, 1, n)
  expect(['u', 'v', 'w'].map((unit) => table.get(unit, 0, 1))).toEqual([-1, 1, 2])
})

test('pairs of one unit with many salts are spread over the table', () => {
  const table = new PointTable(64 * 1024)
  for (let salt = 1; salt <= 512; salt++) table.set('u', 12_345, salt, salt)
  const kept = Array.from({ length: 512 }, (_, i) => table.get('u', 12_345, i + 1)).filter(
    (point) => point > 0,
  )
  expect(kept.length).toBeGreaterThan(380)
})
