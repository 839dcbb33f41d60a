/** Metrics that a live config declares. */
import { readMetrics } from '../../../src/live-config/entries/metrics'
import { checkText } from '../../../src/index'

test('a name is enough', () => {
  expect(readMetrics([{ name: 'signup' }])).toEqual({
    metrics: [
      {
        name: 'signup',
        event: 'signup',
        type: 'rate',
        direction: 'up',
        windowMs: null,
        role: 'secondary',
        margin: 0,
      },
    ],
    problems: [],
  })
})

test('all that can be said of one, and a note of its author', () => {
  const { metrics, problems } = readMetrics([
    {
      name: 'load_time',
      event: 'page_loaded',
      type: 'value',
      direction: 'down',
      window: '36h',
      role: 'guardrail',
      margin: '2.5%',
      'x-owner': 'web',
    },
  ])
  expect(problems).toEqual([])
  expect(metrics).toEqual([
    {
      name: 'load_time',
      event: 'page_loaded',
      type: 'value',
      direction: 'down',
      windowMs: 36 * 3_600_000,
      role: 'guardrail',
      margin: 0.025,
    },
  ])
})

test('values may be adjusted and limited, and a ratio has two parts', () => {
  const { metrics, problems } = readMetrics([
    { name: 'revenue', type: 'value', cuped: '14d', winsorize: 0.99 },
    { name: 'spend', type: 'value', winsorize: [0.01, 0.99] },
    {
      name: 'basket',
      ratio: { numerator: { event: 'order', aggregation: 'sum' }, denominator: 'visit' },
    },
  ])
  expect(problems).toEqual([])
  expect(metrics).toMatchObject([
    { cupedMs: 14 * 86_400_000, winsorize: [0, 0.99] },
    { winsorize: [0.01, 0.99] },
    {
      type: 'ratio',
      event: 'order',
      ratio: {
        numerator: { event: 'order', aggregation: 'sum' },
        denominator: { event: 'visit', aggregation: 'count' },
      },
    },
  ])
})

const problemsIn = (text: string, format: 'yaml' | 'json' | 'ini' = 'yaml') =>
  checkText(text, { format }).problems.map(({ code, severity, line, column, message }) => [
    `${code} ${severity} ${line}:${column}`,
    message,
  ])

test.each([
  ['metrics: signup', 'bad-type error 1:10', 'metrics is text; write a list'],
  ['metrics: {signup: {}}', 'bad-type error 1:10', 'metrics is a mapping; write a list'],
  ['metrics:\n  - signup', 'bad-type error 2:5', 'a metric is text; write a mapping'],
  ['metrics:\n  - type: rate', 'bad-type error 2:5', 'name of a metric is missing'],
  ['metrics:\n  - name: ""', 'bad-type error 2:11', 'a text that is not empty'],
  ['metrics:\n  - name: a\n    directon: up', 'unknown-key error 3:5', 'did you mean direction?'],
  ['metrics:\n  - {name: a, type: ratee}', 'bad-type error 2:21', 'did you mean rate?'],
  ['metrics:\n  - {name: a, direction: sideways}', 'bad-type error 2:26', 'it is up or down'],
  ['metrics:\n  - {name: a, window: 7}', 'bad-type error 2:23', '7d, 36h or 90m'],
  ['metrics:\n  - {name: a, window: 0d}', 'bad-type error 2:23', '7d, 36h or 90m'],
  [
    'metrics:\n  - {name: a, role: main}',
    'bad-type error 2:21',
    'primary or secondary or guardrail',
  ],
  ['metrics:\n  - {name: a, role: guardrail, margin: 200%}', 'bad-type error 2:40', '1% or 0.01'],
  ['metrics:\n  - {name: a, margin: 1%}', 'bad-type error 2:23', 'where the role is not guardrail'],
  ['metrics:\n  - {name: a, cuped: 14d}', 'bad-type error 2:22', 'where the type is rate'],
  ['metrics:\n  - {name: a, type: value, cuped: 14}', 'bad-type error 2:35', '14d, 36h or 90m'],
  ['metrics:\n  - {name: a, type: value, winsorize: 99}', 'bad-type error 2:39', 'such as 0.99'],
  [
    'metrics:\n  - {name: a, type: value, winsorize: [0.99, 0.01]}',
    'bad-type error 2:39',
    'two such as [0.01, 0.99]',
  ],
  ['metrics:\n  - {name: a, winsorize: 0.99}', 'bad-type error 2:26', 'where the type is rate'],
  ['metrics:\n  - {name: a, type: ratio}', 'bad-type error 2:5', 'ratio of a metric is missing'],
  ['metrics:\n  - {name: a, ratio: click}', 'bad-type error 2:22', 'numerator: click'],
  [
    'metrics:\n  - {name: a, ratio: {numerator: click}}',
    'bad-type error 2:22',
    'denominator of a ratio is missing',
  ],
  [
    'metrics:\n  - {name: a, ratio: {numerator: click, denominator: {event: view, aggregation: mean}}}',
    'bad-type error 2:54',
    'aggregation: sum',
  ],
  [
    'metrics:\n  - {name: a, ratio: {numerator: a, denominator: b, denominater: c}}',
    'unknown-key error 2:53',
    'numerator and denominator',
  ],
  [
    'metrics:\n  - {name: a, type: rate, ratio: {numerator: a, denominator: b}}',
    'bad-type error 2:21',
    'where there is a ratio',
  ],
  [
    'metrics:\n  - {name: a, event: e, ratio: {numerator: a, denominator: b}}',
    'bad-type error 2:22',
    'names its conversions',
  ],
  ['metrics:\n  - name: a\n  - name: a', 'duplicate-key error 3:11', 'two metrics named a'],
])('%j is a problem in its place', (text, problem, message) => {
  expect(problemsIn(`${text}\nfeature_a: on\n`)).toEqual([
    [problem, expect.stringContaining(message)],
  ])
})

test('in JSON and in ini, where the list is JSON', () => {
  expect(problemsIn('{"metrics": [{"name": 5}], "feature_a": "on"}', 'json')).toEqual([
    ['bad-type error 1:23', expect.stringContaining('name of a metric is 5')],
  ])
  expect(problemsIn('[live_config]\nmetrics = [{"name": 5}]\nfeature_a = on\n', 'ini')).toEqual([
    [expect.stringMatching(/^bad-type error 2:/), expect.stringContaining('name of a metric is 5')],
  ])
})

test('a metric with a problem takes no entry with it', () => {
  const { features } = checkText('metrics: 5\nfeature_a: on\n')
  expect(features).toEqual(1)
})

test.each([
  ['r2, which knows no metrics', 'metrics: 5\nfeature_a: on\n', { compat: 'r2' as const }],
  ['a payload of GrowthBook', 'features: {a: {defaultValue: true}}\nmetrics: 5\n', {}],
])('they are left alone in %s', (_, text, options) => {
  expect(checkText(text, options).problems).toEqual([])
})
