/** The end of an engine, in the middle of everything. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { file, memory, openFeatures, worldOf } from '../../src'
import {
  bufferedWriter,
  createDecider,
  exposureRecorder,
  memoryStore,
} from '../../src/decide/decide'
import { eventually } from '../support/eventually'
import { sized } from '../support/long-run'

const folder = mkdtempSync(join(tmpdir(), 'liveflag-close-'))
afterAll(() => rmSync(folder, { recursive: true }))

const ENTRIES =
  'feature_a: {percent_loggedin: 50}\nfeature_e: {default: d, experiment: {experiment_id: e, variants: [{name: v, value: v}]}}\n'

test('close() under load: requests go on by the last snapshot, decisions end, and no row is lost', async () => {
  const source = memory(ENTRIES)
  const store = memoryStore()
  const writer = bufferedWriter(store, { whenFull: 'block' })
  const features = await openFeatures({ source, onExposure: exposureRecorder(writer) })
  const decider = createDecider({ features, store, writeMode: 'async', onError: () => undefined })
  const settled = { answered: 0, refused: 0 }
  let isOver = false
  const askForEver = async (worker: number): Promise<void> => {
    for (let i = 0; !isOver; i++) {
      const user = { id: `u${worker}-${i}` }
      expect(typeof features.for(worldOf({ user })).isEnabled('a')).toBe('boolean')
      await decider.decide('e', user.id).then(
        () => settled.answered++,
        (error: { code: string }) => {
          expect(error.code).toBe('LIVEFLAG_CLOSED')
          settled.refused++
        },
      )
      await setImmediate()
    }
  }
  const editForEver = async (): Promise<void> => {
    for (let i = 0; !isOver; i++) {
      await source.set(`${ENTRIES}feature_n${i}: on\n`).catch(() => undefined)
      await setImmediate()
    }
  }
  const load = [...Array.from({ length: 20 }, (_, i) => askForEver(i)), editForEver()]
  await eventually('the load is there', () => settled.answered > 200)
  await Promise.all([features.close(), decider.close(), features.close(), features.close()])
  await eventually('closed deciders refuse', () => settled.refused > 20)
  isOver = true
  await Promise.all(load)
  await writer.close()
  const { received, written, dropped } = decider.writer.stats
  expect({ written, dropped }).toEqual({ written: received, dropped: 0 })
  expect(features.for(worldOf({ user: { id: 'u1' } })).decide('e').variant).toBe('v')
  await expect(features.reload()).rejects.toMatchObject({ code: 'LIVEFLAG_CLOSED' })
})

test('a file that flaps a thousand times ends with its last content, and nothing is reported', async () => {
  const path = join(folder, 'flapping.yaml')
  const write = (text: string): void => {
    writeFileSync(`${path}.new`, text)
    renameSync(`${path}.new`, path)
  }
  write('feature_a: on\nfeature_b: on\n')
  const problems: unknown[] = []
  const features = await openFeatures({ source: file(path) })
  features
    .on('problem', (problem) => problems.push(problem))
    .on('stale', (stale) => problems.push(stale))
  for (let i = 0; i < sized(1000, 20_000); i++) {
    write(`feature_a: ${i % 2 === 0 ? 'on' : 'off'}\nfeature_b: on\n`)
    expect(features.isEnabled('b')).toBe(true)
    if (i % 10 === 0) await setImmediate()
  }
  write('feature_a: {default: last}\nfeature_b: on\n')
  await eventually('the last content is in force', () => features.decide('a').value === 'last')
  expect(problems).toEqual([])
  await features.close()
}, 60_000)
