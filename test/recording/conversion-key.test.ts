import fc from 'fast-check'
import { earlierKeyOf, keyedConversions } from '../../src/recording/conversion-key'
import { conversionRow } from '../support/rows'

const order = conversionRow('u1', 9.5, { eventId: 'order-1' })
const keysOf = (also: Partial<typeof order>): readonly string[] =>
  keyedConversions({ ...order, ...also }).map(({ eventId }) => eventId)

test('the key of a conversion says its event, its name and for whom it is; of a refund the value', () => {
  expect(keysOf({})).toEqual(['["order-1","purchase","unit u1"]'])
  expect(keysOf({ value: -2 })).toEqual(['["order-1","purchase","unit u1","refund",-2]'])
  expect(keysOf({ unit: null, decisionId: 'd1' })).toEqual(['["order-1","purchase","decision d1"]'])
  expect(keysOf({ unit: null })).toEqual(['["order-1","purchase"]'])
})

test('a conversion for a decision and a unit is a row for each', () => {
  expect(keyedConversions({ ...order, decisionId: 'd1' })).toEqual([
    {
      ...order,
      decisionId: 'd1',
      unit: null,
      eventId: keysOf({ decisionId: 'd1' })[0],
      event: 'order-1',
    },
    { ...order, decisionId: null, eventId: keysOf({})[0], event: 'order-1' },
  ])
})

test('rows that have a key keep it', () => {
  for (const event of ['order-1', null]) {
    const row = { ...order, event }
    expect(keyedConversions(row)).toEqual([row])
  }
  for (const row of keyedConversions(order)) expect(keyedConversions(row)).toEqual([row])
})

const anyRow = fc.record({
  eventId: fc.string(),
  name: fc.string(),
  unit: fc.option(fc.string()),
  decisionId: fc.option(fc.string()),
  value: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
  at: fc.nat(),
})

test('two rows have the same key exactly when all but the value of an order and the time is the same', () => {
  fc.assert(
    fc.property(anyRow, anyRow, (a, b) => {
      const refundOf = (value: number | null) => (value !== null && value < 0 ? value : null)
      const isSame = (['eventId', 'name', 'unit', 'decisionId'] as const).every(
        (member) => a[member] === b[member],
      )
      const keysOfBoth = [a, b].map((row) =>
        JSON.stringify(keyedConversions(row).map(({ eventId }) => eventId)),
      )
      expect(keysOfBoth[0] === keysOfBoth[1]).toBe(
        isSame && refundOf(a.value) === refundOf(b.value),
      )
    }),
  )
})

test('the key that an earlier version gave a refund did not say its value', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.double({ max: -Number.MIN_VALUE, noNaN: true, noDefaultInfinity: true }),
      (eventId, value) => {
        expect(keysOf({ eventId, value }).map(earlierKeyOf)).toEqual([
          JSON.stringify([eventId, 'purchase', 'unit u1', 'refund']),
        ])
        expect(keysOf({ eventId, value: -value }).map(earlierKeyOf)).toEqual([undefined])
      },
    ),
  )
})
