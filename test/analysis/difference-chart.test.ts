/** `liveflag diff --svg`: who changes, as a picture. */
import { differenceChart } from '../../src/analysis/difference-chart'
import type { ChangeMatrix, FeatureImpact } from '../../src/analysis/impact-view'

const matrix = (gain: number, to = 'on'): ChangeMatrix => ({
  size: 1,
  changed: gain,
  answers: ['off', to],
  isOn: [false, true],
  cells: [
    [1 - gain, gain],
    [0, 0],
  ],
})

const impact = (feature: string, also: Partial<FeatureImpact> = {}): FeatureImpact => ({
  feature,
  classes: [{ visitors: 'signed in', matrix: matrix(0.25) }],
  whyNot: null,
  later: [],
  population: matrix(0),
  examples: [],
  ...also,
})

const drawn = (...features: FeatureImpact[]): string =>
  differenceChart({ old: 'old.yaml', new: 'new.yaml' }, features)

test('a change has its kind of visitor above it, its answers before and its share after the bar', () => {
  const picture = drawn(impact('search'))
  for (const words of ['>signed in<', '>off → on<', '>25 % gain it<', '>lose it<', '>switch<'])
    expect(picture).toContain(words)
})

test('a kind of visitor is written once for all its bars', () => {
  const both = {
    ...matrix(0.2),
    cells: [
      [0.5, 0.2],
      [0.3, 0],
    ],
  }
  const picture = drawn(impact('search', { classes: [{ visitors: 'signed in', matrix: both }] }))
  expect(picture.match(/>signed in</g)).toHaveLength(1)
  expect(picture.match(/<rect x="210"/g)).toHaveLength(2)
})

test('what changes later is drawn with its day, and who stays as they are is not', () => {
  const at = '2026-12-08T00:00:00.000Z'
  const still = [{ visitors: 'signed in', matrix: matrix(0) }]
  const later = [{ at, classes: [{ visitors: 'signed in', matrix: matrix(0.5) }] }]
  const picture = drawn(
    impact('ramped', { classes: still, later }),
    impact('same', { classes: still }),
  )
  expect(picture).toContain('>from 2026-12-08 on, signed in<')
  expect(picture).not.toContain('same')
})

test('a long name is short in the picture, with both its ends, and whole for who points at it', () => {
  const long = 'a_variant_whose_name_is_sixty_characters_long_to_see_0000007'
  const picture = drawn(
    impact('x', { classes: [{ visitors: 'signed in', matrix: matrix(0.1, long) }] }),
  )
  expect(picture).toContain(`<title>off → ${long}</title>`)
  expect(picture).toMatch(/>off → a_var[^<]*…[^<]*0000007</)
})

test('without a change it says so, and has no bars', () => {
  const picture = drawn()
  expect(picture).toContain('nobody gets another answer')
  expect(picture).not.toContain('gain it')
})

test('kinds that change alike are one, and a variant is written without its value', () => {
  const classes = ['signed out', 'signed in'].map((visitors) => ({
    visitors,
    matrix: { ...matrix(0.1, 'one_page = "one"'), answers: ['control = "1"', 'one_page = "1"'] },
  }))
  const picture = drawn(impact('checkout', { classes }))
  expect(picture.match(/>signed out; signed in</g)).toHaveLength(1)
  expect(picture).toContain('>control → one_page<')
})
