/** `liveflag watch FILE`: each change as it takes effect, until it is interrupted. */
import { renameSync } from 'node:fs'
import { type Journal, journalOf } from '../../../src/cli/commands/watch'
import { memory, openFeatures } from '../../../src/index'
import { eventually } from '../../support/eventually'
import { liveflag, scratch, Started, type Surroundings } from '../captured-terminal'

const write = scratch()
const running: Started[] = []

afterEach(() =>
  Promise.all(running.splice(0).map((started) => (started.interrupt(), started.ended))),
)

function watch(path: string, args: readonly string[] = [], surroundings?: Surroundings): Started {
  const started = new Started(['watch', path, ...args], surroundings)
  running.push(started)
  return started
}

let files = 0
const file = (text: string): string => write(`live-${++files}.yaml`, text)
/** Puts another text in the file's place at one blow. */
const replace = (path: string, text: string): void => renameSync(write('next.yaml', text), path)

test('says first what is in force', async () => {
  const path = file('feature_a: on\nfeature_b: off\n')
  expect(await watch(path).line(1)).toMatch(
    new RegExp(`^09:05:07  READY    generation 1, 2 features, ${path}, sha256 [0-9a-f]{12}$`),
  )
})

test('prints what was added, changed and removed', async () => {
  const path = file('feature_a: on\nfeature_b: on\n')
  const started = watch(path)
  await started.line(1)
  replace(path, 'feature_b: { gold: true }\nfeature_c: on\n')
  expect(await started.line(2)).toBe('09:05:07  CHANGE   generation 2  +c  ~b  -a')
})

test.each([
  ['{ percent_loggedin: 25 }', '{ percent_loggedin: 50 }', 'percent_loggedin 25 -> 50'],
  ['{ percent_loggedin: 25 }', '{ percent_loggedin: 2.5 }', 'percent_loggedin 25 -> 2.5'],
  ['on', 'off', 'on -> off'],
  ['{ users: [gary, spez] }', '{ users: [spez, wendy] }', 'users +wendy -gary'],
  [
    '{ users: [gary] }',
    `{ users: [${Array.from({ length: 50 }, (_, i) => `gary${i}`).join()}] }`,
    'users +50 items -gary',
  ],
  ['{ gold: true }', '{ gold: true, percent_loggedin: 5 }', 'percent_loggedin nothing -> 5'],
  [
    '{ experiment: { traffic: 10, variants: [{ name: a, weight: 50 }, { name: b, weight: 50 }] } }',
    '{ experiment: { traffic: 20, variants: [{ name: a, weight: 60 }, { name: b, weight: 40 }] } }',
    'experiment.traffic 10 -> 20, experiment.variants.0.weight 50 -> 60, experiment.variants.1.weight 50 -> 40',
  ],
  [
    '{ default: 1, rules: [{ condition: { age: { $gt: 18 } }, force: 2 }] }',
    '{ default: 1, rules: [{ condition: { age: { $gt: 21 } }, force: 2 }] }',
    'rules.0.condition.age.$gt 18 -> 21',
  ],
  ['{ default: "a\\u001b[31m" }', '{ default: b }', 'default "a\\u001b[31m" -> b'],
])('says what changed from %s to %s', async (before, after, edited) => {
  const path = file(`feature_a: ${before}\n`)
  const started = watch(path)
  await started.line(1)
  replace(path, `feature_a: ${after}\n`)
  expect(await started.line(2)).toBe(`09:05:07  CHANGE   generation 2  ~a (${edited})`)
})

test('--json has each edit with its place', async () => {
  const path = file('feature_a: { percent_loggedin: 25 }\n')
  const started = watch(path, ['--json'])
  await started.line(1)
  replace(path, 'feature_a: { percent_loggedin: 50 }\n')
  expect(JSON.parse(await started.line(2))).toMatchObject({
    changed: ['a'],
    edits: [{ feature: 'a', path: 'percent_loggedin', from: 25, to: 50 }],
  })
})

test('counts what it does not list of a large change', async () => {
  const path = file('feature_a: on\n')
  const started = watch(path)
  await started.line(1)
  replace(path, Array.from({ length: 50 }, (_, i) => `feature_n${i}: on\n`).join(''))
  expect(await started.line(2)).toMatch(/ \+n0 .* {2}and 31 more: \+50 ~0 -1 in all$/)
})

test('prints a problem with its place, and whether the last good version stays in force', async () => {
  const path = file('feature_a: on\n')
  const started = watch(path)
  await started.line(1)
  replace(path, 'feature_a: 5\nfeature_b: 6\n')
  await started.line(3)
  expect(started.stdout.lines.slice(1).map((line) => line.replaceAll(path, 'live.yaml'))).toEqual([
    '09:05:07  PROBLEM  live.yaml:1:12  error  bad-type  feature_a: the value is a number; write on, off or a mapping of selectors  (its last good version stays in force)',
    '09:05:07  PROBLEM  live.yaml:2:12  error  bad-type  feature_b: the value is a number; write on, off or a mapping of selectors',
  ])
})

test('prints when a content is refused as a whole, and when a good one is back', async () => {
  const path = file('feature_a: on\n')
  const started = watch(path)
  await started.line(1)
  replace(path, '- a list\n')
  await started.line(3)
  replace(path, 'feature_a: on\n')
  await started.line(4)
  expect(started.stdout.lines.map((line) => line.replaceAll(path, 'live.yaml'))).toEqual([
    expect.stringMatching(/READY {4}generation 1/),
    expect.stringMatching(/PROBLEM {2}live\.yaml:1:1 {2}error {2}not-an-object {2}/),
    '09:05:07  STALE    generation 1 stays in force: not-an-object live.yaml:1:1',
    expect.stringMatching(/SOLVED {3}live\.yaml:1:1 {2}error {2}not-an-object {2}/),
    expect.stringMatching(/READY /),
  ])
})

test('--json prints a line for each event', async () => {
  const path = file('feature_a: on\n')
  const started = watch(path, ['--json'])
  await started.line(1)
  replace(path, 'feature_a: on\nfeature_b: { usrs: [] }\nfeature_c: on\n')
  await started.line(3)
  replace(path, '')
  await started.line(5)
  const at = new Date(2027, 0, 31, 9, 5, 7).toISOString()
  const hash = expect.stringMatching(/^[0-9a-f]{64}$/)
  expect(started.stdout.lines.map((line) => JSON.parse(line))).toEqual([
    { event: 'ready', at, generation: 1, hash, features: 1 },
    {
      event: 'change',
      at,
      generation: 2,
      previousGeneration: 1,
      hash,
      added: ['c'],
      changed: [],
      removed: [],
    },
    expect.objectContaining({
      event: 'problem',
      at,
      code: 'unknown-key',
      feature: 'b',
      source: path,
      line: 2,
      column: 14,
      heldBack: false,
    }),
    expect.objectContaining({ event: 'problem', at, code: 'empty', heldBack: false }),
    { event: 'stale', at, generation: 2, problem: expect.objectContaining({ code: 'empty' }) },
  ])
})

test('an interrupt ends it, with exit code 0 and nothing on stderr', async () => {
  const started = watch(file('feature_a: on\n'))
  await started.line(1)
  started.interrupt()
  expect({ code: await started.ended, err: started.stderr.text }).toEqual({ code: 0, err: '' })
})

test('a file that cannot be used is an error with its place, in the words of the command line', async () => {
  const path = file('feature_a: [\n')
  const { code, out, err } = await liveflag(['watch', path])
  expect({ code, out, err: err.replaceAll(path, 'live.yaml') }).toEqual({
    code: 1,
    out: '',
    err: expect.stringMatching(/^liveflag: live\.yaml:\d:\d+: (?!.*waitForFile).*\n$/),
  })
})

test('--wait says why there is nothing to watch yet, once for each reason, and begins when there is', async () => {
  const path = file('feature_a: [\n')
  const started = watch(path, ['--wait'])
  expect(await started.line(1)).toMatch(/ WAITING {2}.*live-\d+\.yaml:\d:\d+: /)
  replace(path, 'feature_a: on\n')
  // The second, if it looked again before the text was replaced.
  expect(await started.line(2)).toMatch(/ READY {4}generation [12], 1 feature, /)
})

test('what was wrong while there was nothing to watch, and is right by now, is no event', async () => {
  const source = memory('feature_a: [\n', { name: 'live.yaml' })
  const opening = openFeatures({ source, waitForFile: true })
  await source.set('feature_a: on\nfeature_b: {gold: perhaps}\n')
  const features = await opening
  const events: string[] = []
  const journal: Journal = {
    waiting: (message) => events.push(`waiting ${message}`),
    ready: () => events.push('ready'),
    change: () => events.push('change'),
    problem: ({ code }) => events.push(`problem ${code}`),
    stale: () => events.push('stale'),
    solved: ({ code }) => events.push(`solved ${code}`),
  }
  journalOf(features, journal, 'live.yaml')
  await eventually('it is ready', () => events.includes('ready'))
  expect(events.toSorted()).toEqual(['problem bad-type', 'ready'])
  await source.set('feature_a: [\n')
  await eventually('a problem comes again', () => events.includes('problem syntax'))
  await source.set('feature_a: on\n')
  await eventually('it is solved', () => events.includes('solved syntax'))
  await features.close()
})

test('--wait can be interrupted', async () => {
  const started = watch(file(''), ['--wait', '--json'])
  expect(JSON.parse(await started.line(1))).toEqual({
    event: 'waiting',
    at: expect.any(String),
    message: expect.any(String),
  })
  started.interrupt()
  expect(await started.ended).toBe(0)
})

test('stdin cannot be watched', async () => {
  expect(await liveflag(['watch', '-'])).toEqual({
    code: 2,
    out: '',
    err: 'liveflag: stdin cannot be watched; give a file\n',
  })
})

test('--compat r2 and --format are those of the file that is watched', async () => {
  const path = write('live.conf', '[live_config]\nfeature_a = {"usrs": [], "gold": true}\n')
  const started = watch(path, ['--compat', 'r2', '--format', 'ini'])
  await started.line(2)
  expect(started.stdout.lines).toEqual(
    expect.arrayContaining([
      expect.stringContaining(' READY    generation 1, 1 feature, '),
      expect.stringContaining('  warning  unknown-key  '),
    ]),
  )
})
