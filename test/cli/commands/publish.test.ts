/** `liveflag publish`, and what a pipeline makes of it. */
import { memoryKeyStore } from '../../../src/sources/memory-key-store'
import { eventually } from '../../support/eventually'
import { fleetOf, following } from '../../support/fleet-process'
import { setOutside, textIn } from '../../support/key-stores'
import { block, liveflag, scratch, Started } from '../captured-terminal'

const write = scratch()
const first = write(
  'first.yaml',
  block(`
    feature_search: { percent_loggedin: 5 }
    feature_same: on
  `),
)
const second = write(
  'second.yaml',
  block(`
    feature_search: { percent_loggedin: 15 }
    feature_same: on
  `),
)
const bad = write('bad.yaml', 'feature_search: { precent_loggedin: 15 }\nfeature_same: on\n')
const torn = write('torn.yaml', 'feature_search: { percent\n')
const SECRET = 'redis://:hunter2@cache/0?key=visitors'
const small = write('small.yaml', 'feature_same: on\n')

let stores = 0
/** A store of its own for each test, as a command opens it by its URL. */
function store() {
  const name = `publish-${++stores}`
  return { url: `memory:${name}`, inside: memoryKeyStore({ name }) }
}
const env = { LIVEFLAG_BY: 'ann' }

async function withFirst() {
  const made = store()
  await liveflag(['publish', first, '--to', made.url, '--reason', 'begin'], { env })
  return made
}

test('the first text is generation 1', async () => {
  const { url, inside } = store()
  const { code, out, err } = await liveflag(['publish', first, '--to', url], { env })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/^generation 1 is published, the first one \(sha256 [\da-f]{12}\)\n$/)
  expect(await textIn(inside)).toContain('percent_loggedin: 5')
})

test('a newer one says who gets another answer, and then what it is', async () => {
  const { url } = await withFirst()
  const { code, out } = await liveflag(['publish', second, '--to', url], { env })
  expect(code).toBe(0)
  expect(out.split('\n').slice(1, -2)).toEqual([
    '',
    'search',
    '  signed in: 10 % gain it (off → on)',
    '  nobody of: signed out',
    '',
    '1 feature changes for somebody. The other 1: nobody changes, which is proven.',
    '',
  ])
  expect(out).toContain(`generation 1 → ${second}`)
  expect(out).toContain('generation 2 is published, in place of 1')
})

test('the store may be named by the environment, and FILE may be stdin', async () => {
  const { url, inside } = store()
  const surroundings = { env: { LIVEFLAG_TO: url }, stdin: 'feature_a: on\n' }
  expect(await liveflag(['publish', '-'], surroundings)).toMatchObject({ code: 0, err: '' })
  expect(await textIn(inside)).toBe('feature_a: on\n')
})

describe('nothing is published', () => {
  test.each([
    ['a text with a problem', [bad], 1, 'precent_loggedin'],
    ['a text that loses features', [small], 1, 'add --allow-shrink'],
    ['another change than is allowed', [second, '--allow', 'none'], 1, 'not allowed: gain'],
    ['a text made from another generation', [second, '--based-on', '7'], 3, 'publish again'],
    ['a missing file', ['missing.yaml'], 1, 'missing.yaml'],
    ['a directory', ['.'], 2, 'a store holds one text'],
    ['two ends at once', ['--resume', '--abort'], 2, 'leave out one'],
    ['a file to resume', [second, '--resume'], 2, 'takes no FILE'],
    ['no file', [], 2, 'give the live config'],
    ['stages at once', [second, '--staged', '1', '--now'], 2, 'leave out --staged'],
    ['a time of stages without stages', [second, '--each', '5s'], 2, 'add --staged'],
    ['a time that is none', [second, '--staged', '1', '--each', 'soon'], 2, 'give a time'],
    ['stages that shrink', [second, '--staged', '10,1'], 2, 'percentages that grow'],
    ['stages without processes', [second, '--staged', '1,10'], 1, 'option fleet'],
    ['stages that are not there', ['--resume'], 2, 'no generation is being staged'],
    ['stages to take back that are not there', ['--abort'], 2, 'no generation is being staged'],
    ['a text that nobody can read', [torn], 1, 'no process can read the text'],
    ['a population at a URL', [second, '--population', SECRET], 2, 'is a URL; give a file'],
    [
      '--dry-run of stages that are not there',
      ['--abort', '--dry-run'],
      2,
      'no generation is being',
    ],
  ])('%s', async (_, args, code, message) => {
    const { url, inside } = await withFirst()
    const ran = await liveflag(['publish', ...args, '--to', url], { env })
    expect(ran).toMatchObject({ code, err: expect.stringContaining(message) })
    expect(ran.err).not.toMatch(/waitForFile|hunter2/)
    expect(await inside.keys('history/')).toHaveLength(1)
  })

  test.each([
    ['without a store', [], 'give --to URL'],
    ['to a file', ['--to', 'live.yaml'], 'no URL of a store'],
    ['to a web server', ['--to', 'https://host/live'], 'no URL of a store'],
  ])('%s', async (_, args, message) => {
    const ran = await liveflag(['publish', second, ...args])
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining(message) })
  })

  test('with --dry-run, which says that it would be', async () => {
    const { url, inside } = await withFirst()
    const ran = await liveflag(['publish', second, '--to', url, '--dry-run'])
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(ran.out).toContain('would be published')
    expect(await inside.keys('history/')).toHaveLength(1)
    expect(await liveflag(['publish', small, '--to', url, '--dry-run'])).toMatchObject({ code: 1 })
  })

  test('where the text is there already', async () => {
    const { url } = await withFirst()
    const { code, out } = await liveflag(['publish', first, '--to', url])
    expect({ code, out }).toEqual({
      code: 0,
      out: 'the text is published already, as generation 1\n',
    })
  })
})

test('a text that is refused is not compared: nobody gets anything of it', async () => {
  const { url } = await withFirst()
  expect(await liveflag(['publish', bad, '--to', url])).toMatchObject({ code: 1, out: '' })
})

test('features may go where that is said', async () => {
  const { url, inside } = await withFirst()
  expect(await liveflag(['publish', small, '--to', url, '--allow-shrink'])).toMatchObject({
    code: 0,
  })
  expect(await textIn(inside)).toBe('feature_same: on\n')
})

test('what another tool wrote is compared with, and named', async () => {
  const { url, inside } = await withFirst()
  await setOutside(inside, 'feature_search: off\nfeature_same: on\n')
  const { out } = await liveflag(['publish', second, '--to', url], { env })
  expect(out).toContain('what is there → ')
  expect(out).toContain('generation 3 is published, in place of 2')
})

test('--json prints one document', async () => {
  const { url } = await withFirst()
  const { out } = await liveflag(['publish', second, '--to', url, '--json', '--wait', '1s'])
  expect(JSON.parse(out)).toMatchObject({
    kind: 'published',
    generation: 2,
    basedOn: 1,
    processes: { have: 0, of: 0 },
    difference: { isNobody: false },
  })
})

describe('--wait', () => {
  test('says how many processes have it', async () => {
    const { url, inside } = await withFirst()
    const end = following(inside, await fleetOf(inside, 3))
    const { code, out } = await liveflag(['publish', second, '--to', url, '--wait'])
    end()
    expect(code).toBe(0)
    expect(out).toContain('3 of 3 processes have it\n')
  })

  test('ends with exit code 4 and names those that have not', async () => {
    const { url, inside } = await withFirst()
    await fleetOf(inside, 2)
    const { code, out } = await liveflag(['publish', second, '--to', url, '--wait', '10ms'])
    expect(code).toBe(4)
    expect(out).toContain('0 of 2 processes have it after 10ms; not: web-0, web-1\n')
  })

  test.each([[[]], [['--json']]])('says what it knows when it is interrupted %j', async (more) => {
    const { url, inside } = await withFirst()
    await fleetOf(inside, 2)
    const running = new Started(['publish', second, '--to', url, '--wait', '60s', ...more])
    await eventually('it is published', async () => (await textIn(inside))?.includes('15') === true)
    await new Promise(setImmediate)
    running.interrupt()
    expect(await running.ended).toBe(4)
    expect(running.stderr.text).toContain('interrupted: nobody waits for the processes any more')
    const said = more.length === 0 ? 'generation 2 is published' : '"kind": "published"'
    expect(running.stdout.text).toContain(said)
  })

  test('says that nobody knows where no process acknowledges', async () => {
    const { url } = await withFirst()
    const { code, out } = await liveflag(['publish', second, '--to', url, '--wait'])
    expect(code).toBe(0)
    expect(out).toContain('no process has acknowledged lately')
  })
})

describe('--staged', () => {
  const staged = (url: string, ...more: readonly string[]) =>
    ['publish', second, '--to', url, '--staged', '1,10,100', '--each', '0s', ...more] as const

  test('says each stage, and ends when all have it', async () => {
    const { url, inside } = await withFirst()
    const end = following(inside, await fleetOf(inside, 20))
    const { code, out } = await liveflag(staged(url))
    end()
    expect(code).toBe(0)
    expect(out).toContain('generation 2 at 100 %: 20 of 20 processes have it\n')
    expect(out).toContain('generation 2 is published')
  })

  test('ends with exit code 1 where it is bad in a process, and says where', async () => {
    const { url, inside } = await withFirst()
    const all = await fleetOf(inside, 20, () => (text) => ({
      health: { isHealthy: !text.includes('15'), message: '500s' },
    }))
    const end = following(inside, all)
    const { code, err } = await liveflag(staged(url))
    end()
    expect(code).toBe(1)
    expect(err).toMatch(/under quarantine: web-\d+: it is not healthy: 500s/)
    const again = await liveflag(['publish', second, '--to', url])
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('--allow-quarantined') })
    expect(await textIn(inside)).toContain('percent_loggedin: 5')
  })

  test.each([
    ['--abort', 'it would be taken back from every process'],
    ['--resume', 'its stages would go on from there'],
  ])('%s with --dry-run says what it would do, and does nothing', async (option, said) => {
    const { url, inside } = await withFirst()
    const end = following(inside, await fleetOf(inside, 5))
    const running = new Started([...staged(url), '--each', '60s'])
    await running.line(9)
    const before = await inside.get('rollout')
    const ran = await liveflag(['publish', option, '--dry-run', '--to', url])
    expect(ran).toMatchObject({ code: 0, out: expect.stringContaining(said) })
    expect(ran.out).toMatch(/^generation 2 is at [\d.]+ %; without --dry-run /)
    expect((await inside.get('rollout'))?.version).toBe(before?.version)
    expect(await inside.keys('quarantine/')).toEqual([])
    running.interrupt()
    await running.ended
    end()
  })

  test('may be interrupted, which takes it back', async () => {
    const { url, inside } = await withFirst()
    const end = following(inside, await fleetOf(inside, 5))
    const running = new Started([...staged(url), '--each', '60s'])
    await running.line(9)
    running.interrupt()
    expect(await running.ended).toBe(1)
    end()
    expect(running.stderr.text).toContain('taken back from every process')
    expect(await inside.get('rollout')).toBeUndefined()
  })
})

test('old generations go when --keep says so', async () => {
  const { url, inside } = await withFirst()
  await liveflag(['publish', second, '--to', url, '--keep', '1'])
  expect(await inside.keys('history/')).toEqual(['history/000000002'])
})

test.each([
  [['--keep', '0'], /--keep is 0; give a whole number from 1/],
  [['--keep', '1.5'], /--keep is 1.5; give a whole number from 1/],
  [['--keep', 'abc'], /--keep/],
  [['--wait', 'soon'], /--wait .*30s, 5m or 2h/],
])('nothing is published with an option that is not valid: %j', async (options, message) => {
  const { url, inside } = store()
  const { code, err } = await liveflag(['publish', first, '--to', url, ...options], { env })
  expect(code).toBe(2)
  expect(err).toMatch(message)
  expect(await inside.get('')).toBeUndefined()
})
