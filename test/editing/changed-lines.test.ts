import { changedLines } from '../../src/editing/changed-lines'

test.each([
  ['a\nb\nc\n', 'a\nx\nc\n', 2, 1, 2],
  ['a\nb\n', 'a\nb\n', 4, 2, 0],
  ['', 'a\n', 0, 0, 0],
  ['ab\n', 'ax\n', 0, 0, 0],
  ['a\na\n', 'a\na\na\n', 4, 2, 0],
  ['x\nb', 'y\nb', 0, 0, 1],
])(
  '%j and %j begin with %d characters in %d lines, and end with %d',
  (before, after, head, headLines, tail) => {
    expect(changedLines(before, after)).toEqual({ head, headLines, tail })
  },
)
