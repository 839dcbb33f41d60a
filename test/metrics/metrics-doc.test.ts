/** docs/metrics.md has a row for every metric, with its key, and for nothing else. */
import { decisionOf } from '../../src/core/decision'
import { readSourceOf } from '../../src/engine/feature-metrics'
import { METRICS } from '../../src/metrics/prom-factory'
import { codeWords, rowsOf } from '../house/markdown'

test('every metric is listed with the key that names it', () => {
  const rows = rowsOf('docs/metrics.md', 'metric').map(([name, , , key]) => [
    codeWords(name)[0],
    codeWords(key)[0],
  ])
  expect(rows).toEqual(
    expect.arrayContaining(Object.entries(METRICS).map(([key, [name]]) => [name, key])),
  )
  expect(rows).toHaveLength(Object.keys(METRICS).length)
})

test.each([
  [{ enabled: true, reason: 'TARGETING_MATCH', selector: 'gold' }, 1, 'force'],
  [
    { enabled: false, reason: 'ERROR', error: { code: 'FLAG_NOT_FOUND', message: '' } },
    1,
    'unknownFeature',
  ],
  [
    { enabled: false, reason: 'ERROR', error: { code: 'FLAG_NOT_FOUND', message: '' } },
    0,
    'not_ready',
  ],
  [{ enabled: false, reason: 'ERROR', error: { code: 'PARSE_ERROR', message: '' } }, 1, 'refused'],
  [{ enabled: false, reason: 'SPLIT', selector: 'experiment' }, 1, 'defaultValue'],
  [
    { enabled: true, reason: 'STATIC', rule: { source: 'prerequisite', ruleId: '' } },
    1,
    'prerequisite',
  ],
] as const)(
  'the source of %j in generation %i is %s, which is listed',
  (claim, generation, source) => {
    expect(readSourceOf(decisionOf('f', claim, generation))).toBe(source)
    expect(rowsOf('docs/metrics.md', 'source').flatMap(([cell]) => codeWords(cell))).toContain(
      source,
    )
  },
)
