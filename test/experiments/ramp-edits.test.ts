/** What became of the gates of a ramp, as it is written. */
import type { JsonValue } from '../../src/core/json'
import { countingEdits, type RampEdit, readEdits } from '../../src/experiments/ramp-edits'

function read(value: JsonValue | undefined) {
  const problems: string[] = []
  return { edits: readEdits(value, (message) => problems.push(message)), problems }
}

test('edits are read with their times; what is left out is 0 or empty', () => {
  const at = '2026-12-04T10:00:00Z'
  expect(
    read([
      { at, outcome: 'fail', percent: 5, reason: 'errors' },
      { at, outcome: 'resume' },
    ]),
  ).toEqual({
    edits: [
      { at: Date.parse(at), outcome: 'fail', percent: 5, to: 0, reason: 'errors' },
      { at: Date.parse(at), outcome: 'resume', percent: 0, to: 0, reason: '' },
    ],
    problems: [],
  })
  expect(read(undefined)).toEqual({ edits: [], problems: [] })
})

test.each<[string, JsonValue]>([
  ['no list', {}],
  ['no mapping', ['pass']],
  ['no time', [{ outcome: 'pass' }]],
  ['a day that does not exist', [{ at: '2026-02-30', outcome: 'pass' }]],
  ['another outcome', [{ at: '2026-12-04', outcome: 'passed' }]],
  ['no percentage', [{ at: '2026-12-04', outcome: 'pass', percent: 101 }]],
  ['a misspelt key', [{ at: '2026-12-04', outcome: 'pass', percnt: 5 }]],
])('refuses %s', (_what, value) => {
  const { edits, problems } = read(value)
  expect(edits).toBeUndefined()
  expect(problems[0]).toContain('as liveflag gates does')
})

const edit = (at: number, outcome: RampEdit['outcome']): RampEdit => ({
  ...{ at, outcome, percent: 5, to: 0, reason: '' },
})
const counting = (...edits: RampEdit[]) =>
  countingEdits(edits).map(({ at, outcome }) => [at, outcome])

test('edits count in the order of their times, those of one time in the order of the list', () => {
  expect(counting(edit(5, 'pass'), edit(3, 'fail'), edit(5, 'fail'))).toEqual([
    [3, 'fail'],
    [5, 'pass'],
    [5, 'fail'],
  ])
})

test('a resume takes with it what was written before it and lies after it', () => {
  expect(
    counting(
      edit(9, 'fail'),
      edit(8, 'pass'),
      edit(7, 'resume'),
      edit(2, 'fail'),
      edit(3, 'resume'),
    ),
  ).toEqual([
    [2, 'fail'],
    [3, 'fail'],
    [3, 'resume'],
    [3, 'resume'],
  ])
})

test('a failure that is written after a resume stays, whatever its time', () => {
  expect(counting(edit(3, 'resume'), edit(9, 'fail'), edit(1, 'fail'))).toEqual([
    [1, 'fail'],
    [3, 'resume'],
    [9, 'fail'],
  ])
})
