/** `store:PATH@TIME`: the entries that decided then, asked as a live config. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exposureRecorder } from '../../src/decide/decide'
import { bufferedWriter } from '../../src/recording/buffered'
import { sqliteStore } from '../../src/recording/sqlite'
import { memory, openFeatures, worldOf } from '../../src'
import { ledgerNamed } from '../../src/cli/ledger-versions'
import { liveflag, scratch } from './captured-terminal'

const write = scratch()
const folder = mkdtempSync(join(tmpdir(), 'liveflag-ledger-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const entry = (a: number, b: number): string => `segments: {staff: [t2_1, t2_2]}
feature_x:
  default: none
  experiment:
    segments: [staff]
    variants: [{name: a, weight: ${a}, value: one}, {name: b, weight: ${b}, value: two}]
feature_unasked: on
`
const DAYS = ['2026-11-01', '2026-11-05', '2026-11-09']
const TEXTS = [entry(1, 0), entry(0, 1), entry(1, 0)]

/** All of one variant, then all of the other, then as it was before. */
async function ledger(name: string, withTexts = true): Promise<string> {
  const path = join(folder, name)
  const writer = bufferedWriter(sqliteStore(path), { onError: () => undefined })
  const record = exposureRecorder(writer)
  for (const [i, text] of TEXTS.entries()) {
    const features = await openFeatures({
      source: memory(text),
      now: () => Date.parse(DAYS[i] ?? ''),
      onExposure: (exposure, of) => record(exposure, withTexts ? of : undefined),
    })
    for (const id of ['t2_1', 't2_2'])
      features.for(worldOf({ user: { id }, attributes: { id } })).variant('x')
    await features.close()
  }
  await writer.close()
  return path
}

const WORLD = '{"user": {"id": "t2_1"}}'
const args = (...more: string[]): string[] => [...more, '--world', WORLD]

test('at answers by the entries of then, their segments included', async () => {
  const store = `store:${await ledger('at.db')}`
  const answer = async (time: string) => (await liveflag(args('at', time, store, 'x'))).out
  expect(await answer('2026-11-02')).toContain('one')
  expect(await answer('2026-11-06')).toContain('two')
  expect((await liveflag(args('at', '2026-10-01', store))).err).toContain(
    'has no entry that decided until then',
  )
})

test('diff compares what the store knows with a file, and no other feature', async () => {
  const path = await ledger('diff.db')
  const same = write('same.yaml', entry(1, 0))
  const proven = await liveflag(['diff', `store:${path}@2026-11-02`, same])
  expect([proven.code, proven.out]).toEqual([
    0,
    expect.stringContaining('Nobody gets another answer'),
  ])
  const changed = await liveflag(['diff', `store:${path}@2026-11-06`, same])
  expect(changed.out).toContain('all switch (b = "two" → a = "one")')
  expect(changed.out).not.toContain('unasked')
})

test('bisect finds the entry after which the answer changed', async () => {
  const path = await ledger('bisect.db')
  const { code, out } = await liveflag(args('bisect', `store:${path}`, 'x', '--all', '--json'))
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({
    feature: 'x',
    versions: 2,
    edits: [{ before: 'a = "one"', after: 'b = "two"' }],
  })
  const none = await liveflag([
    'bisect',
    `store:${path}`,
    'x',
    '--world',
    '{"user": {"id": "t2_9"}}',
  ])
  expect([none.code, none.err]).toEqual([
    1,
    expect.stringContaining('give this visitor the same answer'),
  ])
})

test('an entry whose text was not kept is named, and nothing is guessed', async () => {
  const path = await ledger('lost.db', false)
  const { code, err } = await liveflag(['diff', `store:${path}`, write('x.yaml', entry(1, 0))])
  expect([code, err]).toEqual([1, expect.stringContaining('the texts of x were not kept')])
})

test.each([
  ['records.db', undefined],
  ['store:records.db', { store: 'records.db', time: undefined }],
  ['store:records.db@2026-11-01', { store: 'records.db', time: '2026-11-01' }],
  ['store:records.db@2026-11-01T09:30Z', { store: 'records.db', time: '2026-11-01T09:30Z' }],
  ['store:records.db@14d', { store: 'records.db', time: '14d' }],
  ['store:postgres://me:it@host/db', { store: 'postgres://me:it@host/db', time: undefined }],
  ['store:postgres://me:it@host/db@14d', { store: 'postgres://me:it@host/db', time: '14d' }],
])('%s', (name, expected) => {
  expect(ledgerNamed(name)).toEqual(expected)
})
