/** What is needed at 3 a.m., while something is in its stages, or was taken back from them. */
import { history, publish } from '../../../../src/fleet/fleet'
import { keySource } from '../../../../src/sources/key-source'
import type { KeyStore } from '../../../../src/sources/key-store'
import { memoryKeyStore } from '../../../../src/sources/memory-key-store'
import type { ConfigFiles } from '../../../../src/server/admin/contract'
import { fleetOf, following } from '../../../support/fleet-process'
import { textIn } from '../../../support/key-stores'
import { closeScenes, scene } from '../scene'

const ON = 'feature_a: on\nfeature_b: on\n'
const OFF = 'feature_a: off\nfeature_b: on\n'

const ends: (() => void)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) end()
  await closeScenes()
})

interface Said {
  readonly edit: { readonly id: number }
  readonly error?: { readonly code: string; readonly message: string }
}

/** A server and two processes of a store with one generation. */
async function serving(text = ON) {
  const store = memoryKeyStore()
  await publish(store, text, { by: 'ann', reason: 'first' })
  ends.push(following(store, await fleetOf(store, 2)))
  const here = await scene({}, '', () => ({ source: keySource(store) }))
  const post = async (route: string, body: object) => {
    const { status, said } = await here.call('POST')(route, { reason: 'r', ...body })
    return { status, json: JSON.parse(said) as Said }
  }
  const save = async (edit: object) => {
    const { source, hash: baseHash } = (await here.ask<ConfigFiles>('/config')).files[0] ?? {}
    return post('/edits', { source, baseHash, ...edit })
  }
  const stage = async (staged: string) => {
    const stages = { percentages: [1, 100], eachMs: 60_000 }
    expect((await save({ text: staged, stages })).status).toBe(202)
  }
  return { store, post, save, stage }
}

const last = async (store: KeyStore) => {
  const { generations, staged } = await history(store)
  const taken = generations.flatMap(({ quarantined }) => quarantined ?? [])
  return { staged, reasons: taken.map(({ reason }) => reason) }
}

test('switching off does not wait for a stage, which is taken back with the reason', async () => {
  const { store, post, stage } = await serving()
  await stage(`${ON}feature_c: on\n`)
  expect((await post('/features/a/off', { reason: 'it kills the database' })).status).toBe(200)
  expect(await textIn(store)).toBe(OFF)
  expect(await last(store)).toEqual({
    staged: undefined,
    reasons: ['switched off by local while it was staged: it kills the database'],
  })
})

test('so does undoing an edit', async () => {
  const { store, post, save, stage } = await serving()
  const { json } = await save({ text: `${ON}feature_c: on\n` })
  await stage(`${ON}feature_c: on\nfeature_d: on\n`)
  expect((await post(`/edits/${json.edit.id}/rollback`, { reason: 'slow' })).status).toBe(200)
  expect(await textIn(store)).toBe(ON)
  expect((await last(store)).reasons).toEqual(['undone by local while it was staged: slow'])
})

test('an off that was saved in stages, and taken back as too slow, is made at once', async () => {
  const { store, post, stage } = await serving()
  await stage(OFF)
  expect((await post('/fleet/abort', { reason: 'too slow' })).status).toBe(200)
  expect((await post('/features/a/off', {})).status).toBe(200)
  expect(await textIn(store)).toBe(OFF)
})

test('an off at once is one also while the very text of it is in its stages', async () => {
  const { store, post, stage } = await serving()
  await stage(OFF)
  expect((await post('/features/a/off', {})).status).toBe(200)
  expect(await textIn(store)).toBe(OFF)
  expect(await last(store)).toEqual({ staged: undefined, reasons: [] })
})

test.each([
  ['off already', OFF, ON],
  ['not there yet', 'feature_b: on\n', ON],
])(
  'of a feature that is %s what switches it on in its stages is taken back',
  async (_, now, on) => {
    const { store, post, stage } = await serving(now)
    await stage(on)
    const { status, json } = await post('/features/a/off', { reason: 'fire' })
    expect([status, json.error?.message]).toEqual([
      400,
      'a was on in what was being staged alone: generation 2 is taken back, and nothing else changes',
    ])
    expect(await textIn(store)).toBe(now)
    expect(await last(store)).toEqual({
      staged: undefined,
      reasons: ['taken back by local: fire'],
    })
  },
)

test('a stage that leaves the feature as it is goes on when nothing is to be switched off', async () => {
  const { store, post, stage } = await serving(OFF)
  await stage(`${OFF}feature_c: on\n`)
  expect((await post('/features/a/off', {})).status).toBe(400)
  expect((await post('/features/zzz/off', {})).status).toBe(404)
  expect((await last(store)).staged?.generation).toBe(2)
})
