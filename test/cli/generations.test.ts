/** `redis://cache/0?key=live@12`: diff, at, bisect and others over what a store had before. */
import { generationNamed } from '../../src/cli/generations'
import { memoryKeyStore, publish } from '../../src/fleet/fleet'
import { contentHash } from '../../src/sources/bytes'
import { encodeRecord, type HistoryKind, historyKey } from '../../src/sources/fleet-records'
import { setOutside } from '../support/key-stores'
import { liveflag } from './captured-terminal'

const GARY = ['--world', '{"user": {"id": "t2_beef", "name": "gary"}}']
const day = (n: number): number => Date.UTC(2026, 10, n)

interface Made {
  readonly text: string
  readonly at: number
  readonly by?: string
  readonly reason?: string
  readonly kind?: HistoryKind
}

let stores = 0
/** A store in which these were published, one after another. */
async function storeWith(made: readonly Made[], head = made.at(-1)?.text) {
  const name = `generations-${++stores}`
  const inside = memoryKeyStore({ name })
  await inside.write(
    made.map(({ kind = 'publish', by = null, reason = null, text, at }, i) => ({
      key: historyKey(i + 1),
      bytes: encodeRecord({
        ...{ generation: i + 1, basedOn: i === 0 ? null : i, hash: contentHash(text) },
        ...{ kind, by, reason, text, at },
      }),
    })),
  )
  if (head !== undefined) await setOutside(inside, head)
  return { url: `memory:${name}`, inside }
}

const THREE: readonly Made[] = [
  { text: 'feature_a: off\n', at: day(1), by: 'ann', reason: 'begin' },
  { text: 'feature_a: { users: [gary] }\n', at: day(5), by: 'bob', reason: 'for gary' },
  { text: '# note\nfeature_a: { users: [gary] }\n', at: day(9), by: 'ann', reason: 'a note' },
]

describe('the name of a generation', () => {
  test.each([
    ['redis://cache/0?key=live@12', 'redis://cache/0?key=live', '12'],
    ['redis://u:p@cache:6379/0?key=live@14d', 'redis://u:p@cache:6379/0?key=live', '14d'],
    ['etcd://h:2379/live@2026-11-01T09:30Z', 'etcd://h:2379/live', '2026-11-01T09:30Z'],
    ['s3://bucket/live.yaml?region=eu@3', 's3://bucket/live.yaml?region=eu', '3'],
    ['memory:x@1', 'memory:x', '1'],
    [
      's3://bucket/live.yaml?endpoint=https://minio:9000@12',
      's3://bucket/live.yaml?endpoint=https://minio:9000',
      '12',
    ],
  ])('%s', (written, url, which) => {
    expect(generationNamed(written)).toEqual({ url, which })
  })

  test.each([
    ['redis://user:password@10.0.0.1/0?key=live'],
    ['redis://user:password@10'],
    ['s3://bucket/live.yaml?endpoint=http://user:password@10.0.0.1:9000'],
    ['s3://bucket/live.yaml?endpoint=http://user:password@10-0-0-1.example.com:9000'],
    ['s3://bucket/live.yaml?endpoint=http://user:password@10.example.com'],
    ['redis://cache/0?key=live'],
    ['redis://cache/0?key=live@next'],
    ['s3://bucket/live@2.yaml/x'],
    ['https://flags.example/live.json@12'],
    ['store:postgres://host/records@2026-11-01'],
    ['HEAD~1:config/live.yaml'],
  ])('%s has none', (written) => {
    expect(generationNamed(written)).toBeUndefined()
  })
})

test('diff compares any two, by number or by time, and with the text of now', async () => {
  const { url } = await storeWith(THREE)
  const changed = async (...names: string[]) => (await liveflag(['diff', ...names])).out
  expect(await changed(`${url}@1`, `${url}@2`)).toContain('user gary: all gain it (off → on)')
  expect(await changed(`${url}@2026-11-02`, url)).toContain('all gain it')
  expect(await changed(`${url}@2`, url)).toContain('Nobody gets another answer: proven')
  expect(await changed(`${url}@1`, `${url}@2`)).toContain(`${url}@1 → ${url}@2`)
})

test('check, eval and explain read one, too', async () => {
  const { url } = await storeWith(THREE)
  expect((await liveflag(['eval', `${url}@1`, 'a', ...GARY])).out).toContain('OFF')
  expect((await liveflag(['explain', `${url}@2`, 'a', ...GARY])).out).toContain('a is ON')
  expect((await liveflag(['check', `${url}@2`])).code).toBe(0)
  expect(await liveflag(['watch', `${url}@2`])).toMatchObject({
    code: 2,
    err: expect.stringContaining('a generation does not change') as string,
  })
})

test('bisect names the generation, who published it, when, why, and how to see it', async () => {
  const { url } = await storeWith(THREE)
  const { code, out, err } = await liveflag(['bisect', url, 'a', ...GARY])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out.split('\n')).toEqual([
    'generation 2  2026-11-05T00:00:00.000Z  bob  for gary',
    '  before: off; a is OFF because the entry says off (line 1)',
    '  after:  on; a is ON because of users (line 1)',
    `  liveflag history ${url} 2`,
    '',
    '',
  ])
  const { out: json } = await liveflag(['bisect', url, 'a', ...GARY, '--json'])
  expect(JSON.parse(json)).toMatchObject({
    versions: 3,
    edits: [{ edit: { generation: 2, by: 'bob', reason: 'for gary', kind: 'publish' } }],
  })
})

test('at answers by the generation of then', async () => {
  const { url } = await storeWith(THREE)
  const { code, out } = await liveflag(['at', '2026-11-04', url, 'a', ...GARY])
  expect({ code, lines: out.split('\n') }).toEqual({
    code: 0,
    lines: ['generation 1  2026-11-01T00:00:00.000Z  ann  begin', 'a  OFF  disabled', ''],
  })
  const later = await liveflag(['at', '2026-11-05', url, '--json', ...GARY])
  expect(JSON.parse(later.out)).toMatchObject({
    edit: { generation: 2, at: '2026-11-05T00:00:00.000Z' },
    decisions: { a: { enabled: true } },
  })
})

test.each([
  ['a number that there is not', '@7', 'has no generation 7; it has generations 1 to 3'],
  ['zero', '@0', 'has no generation 0; it has generations 1 to 3'],
  [
    'a time before the first',
    '@2026-10-01',
    'generation 1 of 2026-11-01T00:00:00.000Z is the oldest that it has',
  ],
  ['what is neither', '@7x', '@ is "7x"; write a day'],
])('%s is told with what there is', async (_, which, says) => {
  const { url } = await storeWith(THREE)
  const { code, err } = await liveflag(['diff', `${url}${which}`, url])
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(says) as string })
})

test('generations that were removed are not among those that it has', async () => {
  const { url, inside } = await storeWith([...THREE, ...THREE, ...THREE])
  for (const n of [1, 2, 4, 6]) await inside.write([{ key: historyKey(n), bytes: undefined }])
  const { err } = await liveflag(['diff', `${url}@2`, url])
  expect(err).toContain('it has generations 3, 5, 7 to 9')
})

test('a store without a history says so', async () => {
  const { url } = await storeWith([], 'feature_a: on\n')
  expect((await liveflag(['diff', `${url}@1`, url])).err).toContain(
    'nothing was published there with liveflag',
  )
  expect((await liveflag(['bisect', url, 'a'])).err).toContain(
    'has no history: nothing was published there with liveflag',
  )
  expect((await liveflag(['at', '1d', url, 'a'])).err).toContain('nothing was published there')
})

test('what was staged and taken back was in force nowhere, and is named', async () => {
  const [begin, forGary] = THREE
  if (!begin || !forGary) throw new Error('there are three')
  const withdrawn: Made = { text: 'feature_a: on\n', at: day(7), kind: 'staged' }
  const { url, inside } = await storeWith([begin, forGary, withdrawn], forGary.text)
  const hash = contentHash(withdrawn.text)
  const bytes = encodeRecord({
    ...{ generation: 3, hash, reason: 'slow', hosts: [], by: null, at: day(8) },
  })
  await inside.write([{ key: 'quarantine/000000003', bytes }])
  const { out, err } = await liveflag(['bisect', url, 'a', '--all'])
  expect({ out, err }).toEqual({
    out: '',
    err: expect.stringContaining(
      '1 generation that only some processes had, in stages, is not asked: 3',
    ) as string,
  })
  expect((await liveflag(['at', '2026-11-08', url, 'a'])).out).toContain('generation 2 ')
  expect((await liveflag(['eval', `${url}@3`, 'a'])).out).toContain('ON')
})

test('a text that another tool wrote since counts as the newest', async () => {
  const { url, inside } = await storeWith(THREE)
  await setOutside(inside, 'feature_a: off\n# by hand\n')
  const { out, err } = await liveflag(['bisect', url, 'a', ...GARY])
  expect(out).toContain('written by another tool, and not published\n  before: on; ')
  expect(err).toContain('when is not known')
  await publish(inside, 'feature_a: off\n', { by: 'ann' })
  expect((await liveflag(['bisect', url, 'a', ...GARY])).out).toMatch(
    /^generation 4 {2}\S+ {2}nobody that is known {2}written by another tool\n/,
  )
})

test('the whole history is looked at, so none of it is named', async () => {
  const { url } = await storeWith(THREE)
  for (const args of [
    ['bisect', `${url}@2`, 'a'],
    ['at', '1d', `${url}@2`, 'a'],
  ])
    expect((await liveflag(args)).err).toContain('leave out @2')
})

test('no message has the password of a store', async () => {
  const url = 'redis://ann:hunter2@127.0.0.1:1/0?key=live'
  for (const args of [
    ['diff', `${url}@3`, `${url}@4`],
    ['bisect', url, 'a'],
    ['at', '1d', url],
    ['watch', `${url}@3`],
  ]) {
    const { code, out, err } = await liveflag(args)
    expect({ args, code: code > 0, leaks: (out + err).includes('hunter2') }).toEqual({
      ...{ args, code: true, leaks: false },
    })
  }
})

test('a text of JSON below a key without an ending is read as JSON', async () => {
  const text = '{"feature_a": "on"}'
  const { url } = await storeWith([{ text, at: day(1) }])
  expect((await liveflag(['at', '2026-11-02', url])).out).toContain('ON')
  expect((await liveflag(['eval', `${url}@1`, 'a'])).out).toContain('ON')
})
