/** The live config is in a store: a save publishes it, and who else publishes is seen. */
import { join } from 'node:path'
import { history, publish, published, rollback } from '../../../../src/fleet/fleet'
import type { PublishOptions } from '../../../../src/fleet/publish'
import { file, lastGood } from '../../../../src/index'
import type { ConfigFiles, FeatureList } from '../../../../src/server/admin/contract'
import type { AuditLog, Preview, Saved } from '../../../../src/server/admin/edits/contract'
import { contentHash } from '../../../../src/sources/bytes'
import { encodeRecord, ROLLOUT } from '../../../../src/sources/fleet-records'
import { keySource, type KeyedOptions } from '../../../../src/sources/key-source'
import { type KeyStore, StoreError } from '../../../../src/sources/key-store'
import { memoryKeyStore } from '../../../../src/sources/memory-key-store'
import { atomicStore, serialStore, setOutside, textIn } from '../../../support/key-stores'
import { tempDir } from '../../../support/temp-dir'
import { closeScenes, LIVE, scene } from '../scene'

afterEach(closeScenes)

const GOOD = LIVE.replace('feature_bad: { gold: perhaps }\n', '')
const TO_50 = [{ kind: 'set', feature: 'search', path: ['percent_loggedin'], value: 50 }]
const at = (percent: number) => GOOD.replace('loggedin: 25', `loggedin: ${percent}`)

interface Answer {
  readonly status: number
  readonly json: Saved & {
    readonly error?: { readonly code: string; readonly message: string }
    readonly preview?: Preview
  }
}

async function serving(store: KeyStore, { db, ...options }: KeyedOptions & { db?: string } = {}) {
  const open = () => ({ source: keySource(store, options) })
  const here = await scene(db === undefined ? {} : { db }, '', open)
  const file = async () => (await here.ask<ConfigFiles>('/config')).files[0]
  const post = async (route: string, body: object): Promise<Answer> => {
    const { status, said } = await here.call('POST')(route, { reason: 'r', ...body })
    return { status, json: JSON.parse(said) as Answer['json'] }
  }
  const save = async (edit: object = { changes: TO_50 }) => {
    const { source, hash: baseHash } = (await file()) ?? {}
    return post('/edits', { source, baseHash, ...edit })
  }
  const logged = async () => (await here.ask<AuditLog>('/edits')).edits
  const percent = () => here.features.definition('search')?.value
  return { ...here, file, post, save, logged, percent }
}

/** A store with a first generation, by somebody else. */
async function filled(text = GOOD, store = memoryKeyStore(), options: PublishOptions = {}) {
  await publish(store, text, { by: 'ann', reason: 'first', ...options })
  return store
}

const generationsIn = async (store: KeyStore) =>
  (await history(store)).generations.map(({ generation, by, reason }) => [generation, by, reason])

test.each([
  ['whose writes take effect together', (store: KeyStore) => atomicStore(store)],
  ['whose writes take effect one by one', (store: KeyStore) => serialStore(store)],
])('a save publishes the next generation, signed, to a store %s', async (_, over) => {
  const inner = await filled()
  const { file, save, logged, percent, ask } = await serving(over(inner))
  expect(await file()).toMatchObject({ source: inner.name, text: GOOD, canEdit: true })
  expect(await ask('/session')).toMatchObject({ server: { canEdit: true } })
  const { status, json } = await save({ changes: TO_50, reason: 'a half' })
  expect([status, json.hash]).toEqual([200, contentHash(at(50))])
  expect(json.edit).toMatchObject({ kind: 'edit', by: 'local', reason: 'a half' })
  expect(json.generation).toBeGreaterThan(1)
  expect(percent()).toMatchObject({ percent_loggedin: 50 })
  expect(await textIn(inner)).toBe(at(50))
  expect(await generationsIn(inner)).toEqual([
    [2, 'local', 'a half'],
    [1, 'ann', 'first'],
  ])
  expect(await logged()).toEqual([json.edit])
  const { features } = await ask<FeatureList>('/features')
  expect(features.every(({ canEdit }) => canEdit)).toBe(true)
})

test('undo and off are generations, too, and undo puts the very text back', async () => {
  const store = await filled()
  const { save, post, logged } = await serving(store)
  const { json } = await save()
  expect((await post('/features/header/off', { reason: 'it smokes' })).status).toBe(200)
  const [off] = await logged()
  expect((await post(`/edits/${off?.id}/rollback`, { reason: 'put out' })).status).toBe(200)
  expect(await textIn(store)).toBe(at(50))
  expect((await post(`/edits/${json.edit.id}/rollback`, { reason: 'enough' })).status).toBe(200)
  expect(await textIn(store)).toBe(GOOD)
  expect((await generationsIn(store)).map(([, , reason]) => reason)).toEqual([
    'enough',
    'put out',
    'it smokes',
    'r',
    'first',
  ])
})

test('an undo may take away more than a third of the features', async () => {
  const store = await filled('feature_a: on\n')
  const { save, post } = await serving(store)
  const more = `feature_a: on\n${'bcdef'.replace(/./g, 'feature_$&: on\n')}`
  const { json } = await save({ text: more })
  expect((await post(`/edits/${json.edit.id}/rollback`, {})).status).toBe(200)
  expect(await textIn(store)).toBe('feature_a: on\n')
})

test('what others publish meanwhile is a conflict, and merges where it can', async () => {
  const store = await filled()
  const { file, post } = await serving(store)
  const { source, hash: baseHash } = (await file()) ?? {}
  const theirs = GOOD.replace('feature_header: on', 'feature_header: off')
  await publish(store, theirs, { by: 'bob', reason: 'no header' })
  const { status, json } = await post('/edits', { source, baseHash, changes: TO_50 })
  expect([status, json.error?.code]).toEqual([409, 'changed'])
  const merged = theirs.replace('loggedin: 25', 'loggedin: 50')
  expect(json.preview).toMatchObject({ text: merged, hash: contentHash(theirs) })
  expect(await textIn(store)).toBe(theirs)
  const again = { source, baseHash: json.preview?.hash, text: merged }
  expect((await post('/edits', again)).status).toBe(200)
  expect(await textIn(store)).toBe(merged)
})

test('a text that is published between the check and the write is a conflict, and no edit in the log', async () => {
  const inner = await filled()
  const meanwhile = { theirs: '' }
  const store = atomicStore(inner, async (what) => {
    const { theirs } = meanwhile
    if (what !== 'write' || theirs === '') return
    meanwhile.theirs = ''
    await publish(inner, theirs, { by: 'bob' })
  })
  const { save, logged } = await serving(store)
  await logged()
  meanwhile.theirs = at(99)
  const { status, json } = await save()
  expect([status, json.error?.code]).toEqual([409, 'changed'])
  expect(await textIn(inner)).toBe(at(99))
  expect((await logged()).map(({ kind, by }) => [kind, by])).toEqual([['outside', 'bob']])
})

test('what others publish is in the log with who and why; what another tool writes is by nobody', async () => {
  const store = await filled()
  const { logged, features } = await serving(store, { db: join(tempDir(), 'server.db') })
  await logged()
  await publish(store, at(30), { by: 'bob', reason: 'slowly' })
  await features.reload()
  expect(await logged()).toMatchObject([{ kind: 'outside', by: 'bob', reason: 'slowly' }])
  await setOutside(store, at(31))
  await features.reload()
  const [newest] = await logged()
  expect(newest).toMatchObject({ kind: 'outside', by: null, entries: [{ feature: 'search' }] })
  await rollback(store, 1, { by: 'cem', reason: 'back' })
  await features.reload()
  expect((await logged()).map(({ by }) => by)).toEqual(['cem', null, 'bob'])
})

test('servers of one database have a save once in the log, as the edit that it is', async () => {
  const db = join(tempDir(), 'server.db')
  const store = await filled()
  const [first, second] = [await serving(store, { db }), await serving(store, { db })]
  await Promise.all([first.logged(), second.logged()])
  for (const [i, server] of [first, second, first, second].entries()) {
    const changes = [{ ...TO_50[0], value: 40 + i }]
    const [{ status }] = await Promise.all([
      server.save({ changes }),
      first.features.reload(),
      second.features.reload(),
    ])
    expect(status).toBe(200)
  }
  for (const { logged } of [first, second])
    expect((await logged()).map(({ kind }) => kind)).toEqual(['edit', 'edit', 'edit', 'edit'])
})

test('a shrink is refused, and the answer says so', async () => {
  const store = await filled()
  const { save, logged } = await serving(store)
  const { status, json } = await save({ text: 'feature_header: on\n' })
  expect([status, json.error?.code]).toEqual([422, 'refused'])
  expect(json.error?.message).toMatch(/^it is not published: 2 of 3 features would be gone/)
  expect([await textIn(store), await logged()]).toEqual([GOOD, []])
})

test('new errors are refused; those of before keep nobody from switching a feature off', async () => {
  const store = memoryKeyStore()
  await setOutside(store, LIVE)
  const { save, post } = await serving(store)
  const broken = [{ kind: 'set', feature: 'header', value: { gold: 'perhaps' } }]
  expect((await save({ changes: broken })).status).toBe(422)
  expect((await post('/features/header/off', {})).status).toBe(200)
  expect(await textIn(store)).toBe(LIVE.replace('header: on', 'header: off'))
})

test('nothing is saved over a generation that is being staged', async () => {
  const store = await filled()
  const { save } = await serving(store)
  const rollout = {
    ...{ generation: 2, hash: contentHash(at(60)), basedOn: 1, percent: 10, stages: [10, 100] },
    ...{ eachMs: 1000, minAcks: 1, limitMs: 60_000, publisher: 'p', beat: 1, at: Date.now() },
    ...{ by: 'ann', reason: null },
  }
  await store.write([{ key: ROLLOUT, bytes: encodeRecord(rollout) }])
  const { status, json } = await save()
  expect([status, json.error?.message]).toEqual([
    422,
    'it is not published: generation 2 is being staged, at 10 %; wait for it, or take it back under Fleet',
  ])
  expect(await textIn(store)).toBe(GOOD)
})

test('a store that does not let this server write says so, and nothing is in the log', async () => {
  const inner = await filled()
  const store = atomicStore(inner, async (what) => {
    if (what === 'write') throw new StoreError('refused', 'store', 'NOPERM', 'give it the right')
  })
  const { save, logged } = await serving(store)
  const { status, json } = await save()
  expect([status, json.error?.code]).toEqual([503, 'unwritable'])
  expect(json.error?.message).toMatch(/refused the connection or the rights: NOPERM.*as it was$/)
  expect([await textIn(inner), await logged()]).toEqual([GOOD, []])
})

test('a write of which nobody knows is settled when the store is back', async () => {
  const inner = await filled()
  const state = { isAway: false }
  const away = async () => {
    if (state.isAway) throw new StoreError('unusable', 'store', 'it is away', 'wait')
  }
  const flaky = atomicStore(inner, away)
  const store: KeyStore = {
    ...flaky,
    write: async (writes) => {
      await inner.write(writes)
      state.isAway = true
      throw new StoreError('unusable', 'store', 'the answer is lost', 'wait')
    },
  }
  const { save, logged, features } = await serving(store, { db: join(tempDir(), 'server.db') })
  const { status, json } = await save()
  expect([status, json.error?.message]).toEqual([
    503,
    expect.stringMatching(/the answer is lost.*whether it was is not known yet$/),
  ])
  state.isAway = false
  await features.reload()
  expect((await logged()).map(({ kind, by }) => [kind, by])).toEqual([['edit', 'local']])
  expect(await textIn(inner)).toBe(at(50))
})

test.each([
  [
    'a transform is read, and not edited',
    GOOD,
    { transform: (text: string) => text },
    'it is no file of this machine, and in no store to publish to',
  ],
  ['no text that can be read is not edited', undefined, {}, 'it cannot be read now'],
])('a store with %s', async (_, text, options, whyNot) => {
  const inner = await filled()
  const state = { isAway: false }
  const store = atomicStore(inner, async () => {
    if (state.isAway) throw new StoreError('unreachable', 'store', 'it is away', 'wait')
  })
  const { file } = await serving(store, options)
  state.isAway = text === undefined
  expect(await file()).toMatchObject({ canEdit: false, whyNot, text: '' })
})

test('what was published since is the base of the next edit', async () => {
  const store = await filled()
  const { save } = await serving(store)
  await publish(store, at(30), { by: 'bob', basedOn: await published(store) })
  const changes = [{ kind: 'set', feature: 'header', value: 'off' }]
  expect((await save({ changes })).status).toBe(200)
  expect(await textIn(store)).toBe(at(30).replace('header: on', 'header: off'))
})

test('features hand out the store of a source, and none of any other', async () => {
  const store = await filled()
  const { features } = await serving(store)
  expect(features.store(store.name)).toBe(store)
  expect(features.store('another')).toBeUndefined()
  const kept = await scene({}, GOOD, (path) => ({ source: lastGood(file(path), tempDir()) }))
  expect(kept.features.store(kept.path)).toBeUndefined()
  expect(await kept.ask<ConfigFiles>('/config')).toMatchObject({ files: [{ canEdit: true }] })
})
