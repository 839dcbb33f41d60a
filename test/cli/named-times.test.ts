/** What `@` says of a time, and as of when `diff` asks. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { memory, openFeatures, worldOf } from '../../src'
import { momentNamed, timeNamed } from '../../src/cli/named-times'
import { bufferedWriter } from '../../src/recording/buffered'
import { exposureRecorder } from '../../src/decide/decide'
import { sqliteStore } from '../../src/recording/sqlite'
import { tempDir } from '../support/temp-dir'
import { liveflag } from './captured-terminal'

const NOW = new Date('2026-11-06')

test.each<[string, string | undefined, string | undefined]>([
  ['config/live.yaml', undefined, undefined],
  ['HEAD~1:config/live.yaml', undefined, undefined],
  ['store:records.db', undefined, undefined],
  ['store:records.db@2026-11-01', '2026-11-01', '2026-11-01T00:00:00.000Z'],
  ['edits:liveflag.db@17', '17', undefined],
  [
    'edits:liveflag.db#live.yaml@2026-11-01T09:30Z',
    '2026-11-01T09:30Z',
    '2026-11-01T09:30:00.000Z',
  ],
  ['redis://cache/0?key=live@12', '12', undefined],
  ['redis://cache/0?key=live@2d', '2d', '2026-11-04T00:00:00.000Z'],
])('%s says %s, which is %s', (name, which, at) => {
  expect(timeNamed(name)).toBe(which)
  const moment = momentNamed(name, NOW)
  expect(moment === undefined ? undefined : new Date(moment).toISOString()).toBe(at)
})

const traffic = (share: string): string => `feature_x:
  experiment:
    enabled: on
    traffic: ${share}
    variants: [{name: a}]
`
const RAMP = traffic('{ramp: {to: 100, over: 10d, start: 2026-11-01}}')

/** A ledger that has the ramp as of 10 November, and a file that has the same, or half of all. */
async function scene() {
  const folder = tempDir()
  const [store, ramp, half] = ['records.db', 'ramp.yaml', 'half.yaml'].map((name) =>
    join(folder, name),
  ) as [string, string, string]
  writeFileSync(ramp, RAMP)
  writeFileSync(half, traffic('50'))
  const writer = bufferedWriter(sqliteStore(store), { onError: () => undefined })
  const record = exposureRecorder(writer)
  const features = await openFeatures({
    source: memory(RAMP),
    now: () => Date.parse('2026-11-09'),
    onExposure: (exposure, of) => record(exposure, of),
  })
  for (const id of ['t2_1', 't2_2', 't2_3', 't2_4', 't2_5'])
    features.for(worldOf({ user: { id } })).variant('x')
  await features.close()
  await writer.close()
  const diff = (old: string, now: string, ...more: string[]) =>
    liveflag(['diff', old, now, ...more], { now: () => NOW })
  return { then: `store:${store}@2026-11-10`, ramp, half, diff }
}

test('a ramp that nobody edited is no difference, whichever of the two is of the past', async () => {
  const { then, ramp, diff } = await scene()
  const forward = await diff(then, ramp)
  expect([forward.code, forward.err]).toEqual([0, ''])
  expect(forward.out).toContain('\nboth asked as of 2026-11-06\n')
  const back = await diff(ramp, then)
  expect(back.code).toBe(0)
  expect(back.out).toContain('\nboth asked as of 2026-11-10\n')
})

test('both are asked as of the time of the newer one, and it is said in each form', async () => {
  const { then, half, diff } = await scene()
  const { out } = await diff(half, then)
  expect(out).toContain('both asked as of 2026-11-10')
  expect(out).toContain('40 %')
  expect((await diff(half, then, '--markdown')).out).toContain(', both asked as of 2026-11-10.')
  const json = JSON.parse((await diff(half, then, '--json')).out) as { asOf: string }
  expect(json.asOf).toBe('2026-11-10T00:00:00.000Z')
})

test('made-up visitors are asked by the same clock as all buckets', async () => {
  const { then, ramp, diff } = await scene()
  const population = join(tempDir(), 'population.csv')
  const ids = Array.from({ length: 200 }, (_, i) => `t2_${i}`)
  writeFileSync(population, `id\n${ids.join('\n')}\n`)
  const { code, out } = await diff(then, ramp, '--population', population)
  expect([code, out]).toEqual([0, expect.stringContaining('Nobody gets another answer')])
})

test('two files of now have no such line', async () => {
  const { ramp, half, diff } = await scene()
  expect((await diff(ramp, half)).out).not.toContain('asked as of')
})
