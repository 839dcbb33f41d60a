/** Which variants an edit left little of. */
import { littleLeft } from '../../src/analysis/little-left'

const unknown = { drawing: undefined, kept: undefined, shares: undefined, since: undefined }
const phases = { drawOf: () => unknown, draws: [] }

test.each([
  [300, 99, 1],
  [300, 100, 0],
  [300, 40, 1],
])(
  'of %d units an edit left %d in estimates: %d is named, those with less than a third',
  (units, estimated, named) => {
    const variant = { variant: 'c', units, estimated, moved: units - estimated }
    expect(littleLeft([variant], phases, [])).toHaveLength(named)
  },
)

test('who is in no estimate for another reason than an edit is not of these', () => {
  expect(littleLeft([{ variant: 'c', units: 9, estimated: 1, moved: 0 }], phases, [])).toEqual([])
})
