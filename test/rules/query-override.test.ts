import { getQueryStringOverride } from '../../src/rules/query-override'

describe('a URL that asks for a variation of the experiment exp, of which there are 2', () => {
  test.each<[url: string, variation: number | null]>([
    ['https://x/?exp=1', 1],
    ['/?a=b&exp=1#top', 1],
    ['/?exp=0', 0],
    ['/?exp=-0', 0],
    ['/?exp=1abc', 1],
    ['/?exp=1.9', 1],
    ['/?exp= 1', 1],
    ['/?exp=+1', 1],
    ['/?exp=1=0', 1],
    ['/?exp=%31', null],
    ['/?exp=', null],
    ['/?exp', null],
    ['/?exp=-1', null],
    ['/?exp=2', null],
    ['/?exp=9&exp=1', null],
    ['/?exp&exp=1', null],
    ['/?a?exp=1', null],
    ['/?exp=1?exp=0', 1],
    ['/#x?exp=1', 1],
    ['/?a=1#&exp=1', null],
    ['/?xexp=1&exp=0', 0],
    ['/?expx=1', null],
    ['/?EXP=1', null],
    ['/exp=1', null],
    ['', null],
    ['?', null],
    ['?exp=1', 1],
  ])('%p asks for %p', (url, variation) =>
    expect(getQueryStringOverride('exp', url, 2)).toBe(variation),
  )
})

test.each<[key: string, url: string]>([
  ['my exp', '/?my%20exp=1'],
  ['a=b', '/?a=b=1'],
  ['a&b', '/?a&b=1'],
  ['', '/?=1&'],
])('the key %p is compared as it is written with %p', (key, url) => {
  expect(getQueryStringOverride(key, url, 2)).toBe(key === '' ? 1 : null)
})
