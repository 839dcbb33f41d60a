import { padVersion } from '../../src/conditions/operators'

describe('padVersion', () => {
  test.each<[version: unknown, padded: string]>([
    ['1.2.3', '    1-    2-    3-~'],
    ['v1.2.3', '    1-    2-    3-~'],
    ['1-2-3', '    1-    2-    3-~'],
    ['1.2.3+build', '    1-    2-    3-~'],
    ['1.2.3+a+b', '    1-    2-    3-~'],
    ['1.2.3-rc.1+build', '    1-    2-    3-rc-    1'],
    ['1.2.3.4', '    1-    2-    3-    4'],
    ['1.2.3-4', '    1-    2-    3-    4'],
    ['1.2', '    1-    2'],
    ['1', '    1'],
    [1, '    1'],
    [1.5, '    1-    5'],
    ['', '    0'],
    [null, '    0'],
    [true, '    0'],
    [undefined, '    0'],
    [{}, '    0'],
    [[1, 2], '    0'],
    ['V1.2.3', 'V1-    2-    3-~'],
    ['vv1', 'v1'],
    ['01.2.3', '   01-    2-    3-~'],
    ['1.0.0--', '    1-    0-    0--'],
    ['100000.0.0', '100000-    0-    0-~'],
    ['v', ''],
    ['+1', ''],
    ['1..2', '    1--    2-~'],
    ['٣', '٣'],
  ])('%p is %p', (version, padded) => expect(padVersion(version)).toBe(padded))
})

test.each<[lower: string, higher: string]>([
  ['1.2.3', '1.2.4'],
  ['9.0.0', '10.0.0'],
  ['1.0.0-alpha', '1.0.0'],
  ['1.0.0-9999', '1.0.0--'],
  ['1.0.0-ALPHA', '1.0.0-alpha'],
  ['1.0.0-r100', '1.0.0-r2'],
  ['1.2', '1.2.0'],
  ['1.2', '1.2.0-alpha'],
  ['100000.0.0', '99999.0.0'],
  ['1.2.3', 'V1.0.0'],
])('%p sorts below %p', (lower, higher) =>
  expect(padVersion(lower) < padVersion(higher)).toBe(true),
)
