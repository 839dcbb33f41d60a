import { phasedConversions } from '../../src/analysis/phased-conversions'

/** What `units` of a variant did who convert at a rate, and bring 5 each. */
const group = (variant: string, cohort: number, units: number, rate: number) => ({
  ...{ variant, cohort, units, converted: units * rate, conversions: units * rate },
  ...{ sum: units * rate * 5, squaredDeviations: 25 * units * rate * (1 - rate) },
})

const CONTROLS = ['control_1', 'control_2']

test('two controls that did the same in each phase agree, though an edit changed their shares and fewer convert later', () => {
  const { controlCheck } = phasedConversions(
    'buy',
    [
      ...[group('control_1', 0, 4000, 0.2), group('control_2', 0, 1000, 0.2)],
      ...[group('control_1', 1, 1000, 0.1), group('control_2', 1, 4000, 0.1)],
    ],
    2,
    CONTROLS,
  )
  expect(controlCheck?.difference?.value).toBeCloseTo(0, 12)
  expect(controlCheck?.value?.value).toBeCloseTo(0, 12)
  expect(controlCheck?.difference?.p).toBeCloseTo(1, 9)
})

test('two controls that differ in a phase are found, by as much as they differ', () => {
  const { controlCheck } = phasedConversions(
    'buy',
    [0, 1].flatMap((phase) => [
      group('control_1', phase, 4000, 0.2),
      group('control_2', phase, 4000, 0.3),
    ]),
    2,
    CONTROLS,
  )
  expect(controlCheck?.difference?.value).toBeCloseTo(0.1, 9)
  expect(controlCheck?.value?.value).toBeCloseTo(0.5, 9)
  expect(controlCheck?.difference?.p).toBeLessThan(1e-9)
})

test('two controls that never had people in one phase are not compared', () => {
  const { controlCheck } = phasedConversions(
    'buy',
    [group('control_1', 0, 1000, 0.2), group('control_2', 1, 1000, 0.1)],
    2,
    CONTROLS,
  )
  expect(controlCheck).toEqual({ difference: null, value: null })
})
