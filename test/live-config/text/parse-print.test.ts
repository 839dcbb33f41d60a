import fc from 'fast-check'
import type { JsonValue } from '../../../src/core/json'
import { printJson, printYaml } from '../../support/print-live-config'
import { MAX_KEY } from '../../../src/live-config/text/limits'
import { jsonKey, jsonValue } from '../parse-arbitraries'
import { parseNow } from '../../support/parse-now'
import { sized } from '../../support/long-run'

/** A longer key at the top is left out. */
const topKey = jsonKey.filter((key) => key.length <= MAX_KEY)

const config = fc.uniqueArray(fc.tuple(topKey, jsonValue), {
  selector: ([key]) => key,
  maxLength: 6,
})

describe('what is printed', () => {
  test.each([
    ['yaml', printYaml],
    ['json', printJson],
  ] as const)(
    'as %s reads back as exactly the same keys and values, in the same order',
    (format, print) => {
      fc.assert(
        fc.property(config, (pairs) => {
          const { entries, problems, fatal } = parseNow(print(pairs), format)
          expect({ problems, fatal }).toEqual({ problems: [], fatal: undefined })
          expect(entries.map(({ key, value }) => [key, value])).toEqual(pairs)
        }),
        { numRuns: sized(250, 1000) },
      )
    },
  )

  test('as YAML is what a person would write', () => {
    const live: Record<string, JsonValue> = {
      feature_a: 'on',
      feature_b: {
        users: ['gary', 'team ann'],
        percent_loggedin: 5,
        url: { 'x:y': 'null' },
        none: {},
      },
      feature_c: [{ a: 1, b: [] }],
    }
    expect(printYaml(live)).toBe(
      [
        'feature_a: on',
        'feature_b:\n  users:\n    - gary\n    - team ann\n  percent_loggedin: 5\n  url:\n    "x:y": "null"\n  none: {}',
        'feature_c:\n  -\n    a: 1\n    b: []\n',
      ].join('\n'),
    )
  })

  test('of nothing is a mapping of nothing', () => {
    expect([printYaml({}), printJson([])]).toEqual(['{}\n', '{}\n'])
  })
})
