import fc from 'fast-check'
import { checkText } from '../../../src'
import { numberProblem } from '../../../src/live-config/text/numbers'
import { parseNow } from '../../support/parse-now'

const found = (written: string) => {
  const problem = numberProblem(written, 0)
  return problem && [problem.code, problem.severity]
}

describe('a number that a double does not keep', () => {
  test.each([
    ['9007199254740993', 'out-of-range', 'error'],
    ['-9007199254740993', 'out-of-range', 'error'],
    ['12345678901234567890', 'out-of-range', 'error'],
    ['0x20000000000001', 'out-of-range', 'error'],
    ['1e-400', 'out-of-range', 'error'],
    ['1e400', 'bad-type', 'error'],
    ['0.12345678901234567891', 'out-of-range', 'warning'],
    ['1234567890123456.75', 'out-of-range', 'warning'],
  ])('is a problem: %s', (written, code, severity) => {
    expect(found(written)).toEqual([code, severity])
  })

  test.each([
    '0',
    '-0',
    '5',
    '007',
    '9007199254740992',
    '10000000000000000',
    '100000000000000000000000',
    '0.1',
    '33.33333333333333',
    '0.30000000000000004',
    '1.50000000000000000000',
    '1e21',
    '1E+300',
    '5e-324',
    '0x20000000000000',
    '0e999',
  ])('is not %s', (written) => {
    expect(found(written)).toBeUndefined()
  })

  test('is none that JavaScript has written', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(found(String(number))).toBeUndefined()
      }),
    )
  })

  const N = '9007199254740993'
  test.each([
    ['the default', `{"feature_a": {"default": ${N}}}`, 27],
    [
      'a condition',
      `{"feature_a": {"rules": [{"condition": {"id": {"$in": [${N}]}}, "force": true}]}}`,
      56,
    ],
    ['an id', `{"feature_a": {"experiment": {"experiment_id": ${N}, "variants": {"a": 50}}}}`, 48],
    ['a seed', `{"feature_a": {"rules": [{"seed": ${N}, "coverage": 0.5, "force": true}]}}`, 35],
  ])('is reported at its place: in %s', (_where, json, column) => {
    const spaced = json.replaceAll(':', ': ').replaceAll(':  ', ': ')
    for (const [format, text, place] of [
      ['yaml', spaced.slice(1, -1), column - 1],
      ['json', spaced, column],
      ['ini', `[live_config]\n${spaced.slice(2, -1).replace('": ', ' = ')}`, column - 2 + 1 - 1],
    ] as const) {
      const { problems } = checkText(text, { format })
      expect([format, problems]).toEqual([
        format,
        expect.arrayContaining([
          expect.objectContaining({
            code: 'out-of-range',
            severity: 'error',
            feature: 'a',
            column: place,
            message: expect.stringContaining(`${N} has more digits than a number keeps`),
          }),
        ]),
      ])
    }
  })

  test.each(['yaml', 'json'] as const)('is reported in a payload as well (%s)', (format) => {
    const text = `{"features": {"a": {"defaultValue": ${N}}}}`
    expect(checkText(text, { format }).problems).toMatchObject([
      { code: 'out-of-range', line: 1, column: 37 },
    ])
  })

  test('is reported once, and text of as many digits is not', () => {
    const { problems } = parseNow(`{"feature_a": "${N}", "feature_b": [${N}, "${N}"]}`, 'json')
    expect(problems).toHaveLength(1)
  })
})
