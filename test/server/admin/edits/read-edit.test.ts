import { readComment, readReason } from '../../../../src/server/admin/edits/read-edit'

test.each([
  ['why', 'why'],
  ['  why \n', 'why'],
  ['one\r\ntwo\rthree\tfour', 'one\ntwo\nthree\tfour'],
  ['<script>alert(1)</script>', '<script>alert(1)</script>'],
  ['👩‍🚀 wegen Größe, 因为, لأن', '👩‍🚀 wegen Größe, 因为, لأن'],
  ['x'.repeat(1000), 'x'.repeat(1000)],
])('a reason and a comment are stored as they are written: %j', (given, stored) => {
  expect([readReason({ reason: given }), readComment({ comment: given })]).toEqual([stored, stored])
})

test.each([
  ['too long', 'x'.repeat(1001), 'send from 1 to 1000 characters'],
  ['with a null', 'a\u0000', 'without control characters'],
  ['with an escape', '\u001b[31mred', 'without control characters'],
  ['with a control of before Unicode', 'a\u0085b', 'without control characters'],
  ['that turns what follows around', 'a\u202Eb', 'without control characters'],
  ['that isolates what follows', 'a\u2066b', 'without control characters'],
  ['with a line separator', 'a\u2028b', 'without control characters'],
  ['with half of a character', 'a\ud800', 'without control characters'],
])('one %s is refused, and the message does not repeat it', (_, given, message) => {
  expect(() => readReason({ reason: given })).toThrow(/^reason is not valid; send [\w ,]+$/)
  expect(() => readReason({ reason: given })).toThrow(message)
  expect(() => readComment({ comment: given })).toThrow(message)
})

test.each([[''], ['  '], [null], [undefined]])('a reason is needed, and %j is none', (reason) => {
  expect(() => readReason(reason === undefined ? {} : { reason })).toThrow(/^reason is/)
})

test.each([[undefined], [null], [' ']])('a comment may be left out: %j', (comment) => {
  expect(readComment(comment === undefined ? {} : { comment })).toBeUndefined()
})
