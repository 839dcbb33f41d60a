/** Generations, comparisons, rollbacks and the processes of a live config in a store, over HTTP. */
import { history, publish, publishStaged, rollback } from '../../../../src/fleet/fleet'
import { contentHash } from '../../../../src/sources/bytes'
import { ackKey, ROLLOUT } from '../../../../src/sources/fleet-records'
import { keySource } from '../../../../src/sources/key-source'
import { type KeyStore, StoreError } from '../../../../src/sources/key-store'
import { memoryKeyStore } from '../../../../src/sources/memory-key-store'
import type { ConfigFiles, Now, Session } from '../../../../src/server/admin/contract'
import type { AuditLog, Proposal } from '../../../../src/server/admin/edits/contract'
import type { Comparison, Fleet, Generations } from '../../../../src/server/admin/fleet/contract'
import type { ServerOptions } from '../../../../src/server/server'
import { TokenStore } from '../../../../src/server/token-store'
import { eventually } from '../../../support/eventually'
import { fleetOf, following } from '../../../support/fleet-process'
import { atomicStore, setOutside, textIn } from '../../../support/key-stores'
import { tempDir } from '../../../support/temp-dir'
import { closeScenes, scene } from '../scene'

const at = (percent: number) =>
  `# Kept.\nfeature_a: {percent_loggedin: ${percent}}\nfeature_b: on\n`

const ends: (() => void)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) end()
  await closeScenes()
})

interface Failed {
  readonly error: { readonly code: string; readonly message: string }
}

/** A server of a store whose history is older than the server. */
async function serving(store: KeyStore, options: ServerOptions = {}) {
  const here = await scene(options, '', () => ({ source: keySource(store) }))
  const post = async <T>(route: string, body: object) => {
    const { status, said } = await here.call('POST')(route, body)
    return { status, json: JSON.parse(said) as T & Partial<Failed> }
  }
  const file = async () => (await here.ask<ConfigFiles>('/config')).files[0]
  const save = async (edit: object) => {
    const { source, hash: baseHash } = (await file()) ?? {}
    return post<{ staging: { generation: number; percent: number } }>('/edits', {
      ...{ source, baseHash, reason: 'r' },
      ...edit,
    })
  }
  return { ...here, post, save, file }
}

async function filled(...percents: readonly number[]) {
  const store = memoryKeyStore()
  for (const percent of percents)
    await publish(store, at(percent), { by: 'ann', reason: `to ${percent}` })
  return store
}

/** So many processes that follow the store until the test is over. */
async function withProcesses(store: KeyStore, count: number) {
  const all = await fleetOf(store, count)
  ends.push(following(store, all))
  return all
}

describe('generations', () => {
  test('all of them are listed, page by page, with who, when, why and what became of them', async () => {
    const store = await filled(5, 10, 25)
    await setOutside(store, at(30))
    await publish(store, at(50), { by: 'bob', reason: 'half' })
    const { ask } = await serving(store)
    const page = await ask<Generations>('/generations?limit=3')
    expect(page).toMatchObject({
      title: 'memory:store',
      hasMore: true,
      current: 5,
      isOutside: false,
    })
    expect(
      page.generations.map(({ generation, by, reason, state, kind }) => [
        ...[generation, by, reason, state, kind],
      ]),
    ).toEqual([
      [5, 'bob', 'half', 'in force', 'publish'],
      [4, null, null, 'replaced', 'outside'],
      [3, 'ann', 'to 25', 'replaced', 'publish'],
    ])
    const rest = await ask<Generations>('/generations?limit=3&before=3')
    expect(rest.generations.map(({ generation }) => generation)).toEqual([2, 1])
    expect([rest.hasMore, rest.stores]).toEqual([
      false,
      [{ source: 'memory:store', title: 'memory:store' }],
    ])
    expect(await ask<Session>('/session')).toMatchObject({ server: { hasStore: true } })
  })

  test.each([
    [
      'from=1&to=3',
      [1, 3],
      ['-feature_a: {percent_loggedin: 5}', '+feature_a: {percent_loggedin: 25}'],
      0.2,
    ],
    ['from=3&to=1', [3, 1], ['-feature_a: {percent_loggedin: 25}'], 0.2],
    [
      'to=2',
      [3, 2],
      ['-feature_a: {percent_loggedin: 25}', '+feature_a: {percent_loggedin: 10}'],
      0.15,
    ],
    ['from=2', [2, 3], ['+feature_a: {percent_loggedin: 25}'], 0.15],
    ['from=3&to=3', [3, 3], [], 0],
  ])(
    '%s says what is between them, and who gets another answer',
    async (query, sides, lines, share) => {
      const { ask } = await serving(await filled(5, 10, 25))
      const found = await ask<Comparison>(`/generations/compare?${query}`)
      expect([found.from, found.to, found.current]).toEqual([...sides, 3])
      for (const line of lines) expect(found.diff.split('\n')).toContain(line)
      const { isNobody, features = [] } = found.impact ?? {}
      expect(isNobody).toBe(share === 0)
      const most = Math.max(
        0,
        ...features.flatMap(({ classes }) =>
          (classes ?? []).map(({ matrix }) => matrix.changed / matrix.size),
        ),
      )
      expect(most).toBeCloseTo(share, 5)
    },
  )

  test('the first generation is compared with nothing', async () => {
    const { ask } = await serving(await filled(5, 10))
    const found = await ask<Comparison>('/generations/compare?from=0&to=1')
    expect(found).toMatchObject({ from: 0, to: 1, impact: null })
    expect(found.entries.map(({ feature, before }) => [feature, before])).toEqual([
      ['a', null],
      ['b', null],
    ])
  })

  test('a text that cannot be read has a diff, and nobody is counted', async () => {
    const store = await filled(5)
    await setOutside(store, 'feature_a: [')
    await publish(store, at(10), { by: 'ann' })
    const { ask } = await serving(store)
    const found = await ask<Comparison>('/generations/compare?from=2&to=3')
    expect(found).toMatchObject({ impact: null, population: null, entries: [] })
    expect(found.diff).toContain('-feature_a: [')
  })

  test.each([
    ['GET', '/generations/compare?to=77', 404],
    ['GET', '/generations/compare?to=x', 400],
    ['GET', '/generations?limit=0', 400],
    ['GET', '/generations?source=elsewhere', 404],
    ['GET', '/fleet?source=elsewhere', 404],
    ['POST', '/generations/77/rollback', 404],
    ['POST', '/generations/1e1/rollback', 404],
    ['POST', '/fleet/abort', 409],
    ['POST', '/fleet/resume', 409],
  ])('%s %s is answered %d', async (method, route, status) => {
    const { call } = await serving(await filled(5))
    const answer = await call(method)(route, method === 'POST' ? { reason: 'r' } : undefined)
    expect([answer.status, Object.keys(JSON.parse(answer.said) as object)]).toEqual([
      status,
      ['error'],
    ])
  })

  test('a server of a file has none', async () => {
    const { call, ask } = await scene()
    expect((await call('GET')('/generations')).status).toBe(404)
    expect((await call('GET')('/fleet')).status).toBe(404)
    expect(await ask<Session>('/session')).toMatchObject({ server: { hasStore: false } })
  })

  test('a store that is away is said to be, and not an error of the server', async () => {
    let isAway = false
    const inner = await filled(5)
    const store = atomicStore(inner, async () => {
      if (isAway) throw new StoreError('unreachable', inner.name, 'it is away', 'wait')
    })
    const { call, post } = await serving(store)
    isAway = true
    for (const route of ['/generations', '/fleet', '/generations/compare?to=1']) {
      const { status, said } = await call('GET')(route)
      expect([status, said]).toEqual([503, expect.stringContaining('store_away')])
    }
    expect((await post('/generations/1/rollback', { reason: 'r' })).status).toBe(503)
    expect((await post('/fleet/abort', { reason: 'r' })).status).toBe(503)
  })
})

describe('a rollback', () => {
  test('puts the text of an old generation back, as the next one, signed, and the log has it', async () => {
    const store = await filled(5, 10, 25)
    const { post, ask, features } = await serving(store)
    await ask('/edits')
    const { inForce } = await ask<Comparison>('/generations/compare?to=1')
    const body = { reason: 'sales fall', basedOn: inForce }
    const { status, json } = await post<{ generation: number }>('/generations/1/rollback', body)
    expect([status, json]).toEqual([200, { generation: 4, hash: contentHash(at(5)) }])
    expect(await textIn(store)).toBe(at(5))
    expect(features.definition('a')?.value).toEqual({ percent_loggedin: 5 })
    const [newest] = (await history(store)).generations
    expect(newest).toMatchObject({ kind: 'rollback', of: 1, by: 'local', reason: 'sales fall' })
    const { edits } = await ask<AuditLog>('/edits')
    expect(edits).toMatchObject([{ kind: 'rollback', by: 'local', reason: 'sales fall' }])
  })

  test('is refused with 409 when another text came in between, and nothing is lost', async () => {
    const store = await filled(5, 10)
    const { post, ask } = await serving(store)
    const { inForce } = await ask<Comparison>('/generations/compare?to=1')
    await publish(store, at(77), { by: 'bob' })
    const { status, json } = await post('/generations/1/rollback', {
      reason: 'r',
      basedOn: inForce,
    })
    expect([status, json.error?.code]).toEqual([409, 'changed'])
    expect(json.error?.message).toContain('generation 3 came in between')
    expect(await textIn(store)).toBe(at(77))
  })

  test('to what is in force changes nothing, and says so', async () => {
    const { post } = await serving(await filled(5, 10))
    const { status, json } = await post('/generations/2/rollback', { reason: 'r' })
    expect([status, json.error?.code]).toEqual([400, 'bad_edit'])
  })

  test('brings a text back whose key somebody removed', async () => {
    const store = await filled(5, 10)
    const { post, ask } = await serving(store)
    await store.write([{ key: '', bytes: undefined }])
    expect(await ask('/generations')).toMatchObject({ isEmpty: true, current: null })
    expect((await post('/generations/2/rollback', { reason: 'gone' })).status).toBe(200)
    expect(await textIn(store)).toBe(at(10))
  })

  test('wins over stages under way, and what was taken back is refused in words', async () => {
    const store = await filled(5, 10)
    await withProcesses(store, 4)
    const { post, save, ask } = await serving(store)
    const stages = { percentages: [1, 100], eachMs: 60_000 }
    expect((await save({ text: at(90), stages })).status).toBe(202)
    expect((await post('/generations/1/rollback', { reason: 'incident' })).status).toBe(200)
    expect(await textIn(store)).toBe(at(5))
    const again = await post('/generations/3/rollback', { reason: 'r' })
    expect([again.status, again.json.error?.message]).toEqual([
      422,
      expect.stringContaining(
        'taken back as generation 3: rolled back by local while it was staged: incident; if this text was not ' +
          'to blame, a command puts it in force: liveflag publish or rollback with --allow-quarantined',
      ),
    ])
    const compared = async (sides: string) =>
      (await ask<Comparison>(`/generations/compare?${sides}`)).quarantined
    expect(await compared('to=3')).toMatchObject({
      generation: 3,
      reason: 'rolled back by local while it was staged: incident',
    })
    expect([await compared('to=2'), await compared('from=3')]).toEqual([null, null])
    await rollback(store, 3, { quarantined: true, by: 'ann' })
    expect(await compared('from=1')).toBeNull()
  })
})

describe('stages', () => {
  const SLOW = { percentages: [1, 100], eachMs: 60_000 }

  test('a save in stages reaches a part of the processes first, and then all, and the log has who', async () => {
    const store = await filled(5)
    const all = await withProcesses(store, 6)
    const { save, ask } = await serving(store)
    await ask('/edits')
    const stages = { percentages: [30, 100], eachMs: 0 }
    const { status, json } = await save({ text: at(50), stages, reason: 'half' })
    expect([status, json.staging.generation]).toEqual([202, 2])
    await eventually('it is published', async () => (await textIn(store)) === at(50))
    await eventually('every process has it', () => all.every(({ text }) => text === at(50)))
    await eventually('the log has it', async () => (await ask<AuditLog>('/edits')).edits.length > 0)
    const { edits } = await ask<AuditLog>('/edits')
    expect(edits).toMatchObject([{ kind: 'staged', by: 'local', reason: 'half' }])
    const { generations } = await ask<Generations>('/generations')
    expect(generations[0]).toMatchObject({ kind: 'staged', state: 'in force', by: 'local' })
  })

  test('while they last the fleet says how many have it, and every other save is refused in words', async () => {
    const store = await filled(5)
    const all = await withProcesses(store, 5)
    const { save, ask } = await serving(store)
    await save({ text: at(50), stages: SLOW, reason: 'half' })
    await eventually('one has it', () => all.some(({ text }) => text === at(50)))
    const fleet = await ask<Fleet>('/fleet')
    expect(fleet).toMatchObject({ generation: 1, title: 'memory:store' })
    expect(fleet.staged).toMatchObject({
      ...{ generation: 2, by: 'local', reason: 'half', asked: 1, confirmed: 1 },
      ...{ stages: [1, 100], isAbandoned: false },
    })
    expect(fleet.processes.filter(({ isStaged }) => isStaged)).toMatchObject([
      { generation: 2, isCurrent: true, isThere: true, health: { isHealthy: true } },
    ])
    expect(fleet.processes.map(({ host }) => host)).toEqual([
      'web-0',
      'web-1',
      'web-2',
      'web-3',
      'web-4',
    ])
    const { status, json } = await save({ text: at(60) })
    expect([status, json.error?.message]).toEqual([
      422,
      expect.stringContaining('take it back under Fleet'),
    ])
    expect((await save({ text: at(60), stages: SLOW })).status).toBe(422)
  })

  test('they are taken back with a reason, and the quarantine names who and why', async () => {
    const store = await filled(5)
    const all = await withProcesses(store, 3)
    const { save, post, ask } = await serving(store)
    await save({ text: at(50), stages: SLOW })
    const { status, json } = await post('/fleet/abort', { reason: 'not today' })
    expect([status, json]).toEqual([200, { generation: 2 }])
    await eventually('all are back', () => all.every(({ text }) => text === at(5)))
    const { quarantined, staged } = await ask<Fleet>('/fleet')
    expect(staged).toBeNull()
    expect(quarantined).toMatchObject([{ generation: 2, reason: 'taken back by local: not today' }])
    const again = await save({ text: at(50), stages: SLOW })
    expect([again.status, again.json.error?.message]).toEqual([
      422,
      expect.stringContaining('not today'),
    ])
  })

  test('a text that makes a process ill is taken back, with the process and its reason', async () => {
    const store = await filled(5)
    const ill = (text: string) =>
      text === at(50)
        ? { problems: [], health: { isHealthy: false, message: '5xx above 2 %' } }
        : { problems: [], health: { isHealthy: true } }
    ends.push(following(store, await fleetOf(store, 3, () => ill)))
    const { save, ask } = await serving(store)
    await save({ text: at(50), stages: SLOW })
    await eventually(
      'it is taken back',
      async () => (await ask<Fleet>('/fleet')).quarantined.length > 0,
    )
    const [found] = (await ask<Generations>('/generations')).generations
    expect(found).toMatchObject({
      state: 'withdrawn',
      quarantined: { reason: expect.stringContaining('5xx above 2 %') as string },
    })
    expect(await textIn(store)).toBe(at(5))
  })

  test('without a process that acknowledges nothing is tried', async () => {
    const { save } = await serving(await filled(5))
    const { status, json } = await save({ text: at(50), stages: SLOW })
    expect([status, json.error?.message]).toEqual([
      422,
      expect.stringContaining('no process has acknowledged lately'),
    ])
  })

  test('who begins from another text than the one in force is told, with a diff', async () => {
    const store = await filled(5)
    await withProcesses(store, 2)
    const { save, file } = await serving(store)
    const { hash: baseHash } = (await file()) ?? {}
    await publish(store, at(7).replace('on', 'off'), { by: 'bob' })
    const { status, json } = await save({ baseHash, text: at(50), stages: SLOW })
    expect([status, json.error?.code]).toEqual([409, 'changed'])
    expect(json).toMatchObject({
      preview: { conflict: { entries: expect.any(Array) as unknown[] } },
    })
    expect((await history(store)).staged).toBeUndefined()
  })

  test.each([
    [{ percentages: [10, 1, 100] }],
    [{ percentages: [1, 10] }],
    [{ percentages: [] }],
    [{ percentages: [0, 100] }],
    [{ percentages: ['1', 100] }],
    [{ percentages: [100], eachMs: -1 }],
    [{}],
    ['1,10,100'],
  ])('%j are no stages', async (stages) => {
    const { save } = await serving(await filled(5))
    const { status, json } = await save({ text: at(50), stages })
    expect([status, json.error?.code]).toEqual([400, 'bad_request'])
  })

  test('a file has none', async () => {
    const { ask, call } = await scene()
    const [file] = (await ask<ConfigFiles>('/config')).files
    const edit = { source: file?.source, baseHash: file?.hash, text: at(50), reason: 'r' }
    const { status, said } = await call('POST')('/edits', { ...edit, stages: SLOW })
    expect([status, said]).toEqual([400, expect.stringContaining('save it without stages')])
  })

  test('what another publisher left behind is seen to be, and gone on with', async () => {
    const store = await filled(5)
    const all = await withProcesses(store, 3)
    const killed = new AbortController()
    const dying = atomicStore(store, async () => killed.signal.throwIfAborted())
    const publishing = publishStaged(dying, at(50), {
      stages: [1, 100],
      eachMs: 60_000,
      limitMs: 1000,
    })
    await eventually('it is staged', async () => (await store.get(ROLLOUT)) !== undefined)
    killed.abort()
    await expect(publishing).rejects.toThrow()
    const { ask, post } = await serving(store)
    await eventually(
      'it is seen to be left',
      async () => (await ask<Fleet>('/fleet')).staged?.isAbandoned === true,
      10_000,
    )
    const { status, json } = await post('/fleet/resume', {})
    expect([status, json]).toMatchObject([202, { staging: { generation: 2 } }])
    await eventually('one has it', () => all.some(({ text }) => text === at(50)))
    expect((await ask<Fleet>('/fleet')).staged).toMatchObject({ isAbandoned: false })
  })

  test('a server that ends takes its generation off its stages first', async () => {
    const store = await filled(5)
    await withProcesses(store, 3)
    const { save, close } = await serving(store)
    await save({ text: at(50), stages: SLOW })
    await close()
    expect(await store.get(ROLLOUT)).toBeUndefined()
    expect((await history(store)).generations[0]).toMatchObject({
      generation: 2,
      state: 'never published',
    })
  })
})

describe('roles', () => {
  async function withPeople(store: KeyStore, options: ServerOptions = {}) {
    const db = `${tempDir()}/server.db`
    const tokens = new TokenStore(db, 'test')
    const tokenOf = Object.fromEntries(
      ['viewer', 'editor', 'approver', 'admin'].map((role) => [
        role,
        tokens.create({ name: role, scopes: [role] }, 0).token,
      ]),
    )
    tokens.close()
    const here = await serving(store, { db, ...options })
    const as = async (role: string, route: string, body?: object) => {
      const answer = await fetch(`${here.url}/api/v1${route}`, {
        method: body ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${tokenOf[role]}` },
        ...(body && { body: JSON.stringify(body) }),
      })
      return {
        status: answer.status,
        json: (await answer.json()) as Partial<Failed> & Partial<Proposal>,
      }
    }
    return { ...here, as }
  }

  test.each([
    ['viewer', '/generations', undefined, 200],
    ['viewer', '/fleet', undefined, 200],
    ['viewer', '/generations/compare?to=1', undefined, 200],
    ['viewer', '/generations/1/rollback', { reason: 'r' }, 403],
    ['viewer', '/fleet/abort', { reason: 'r' }, 403],
    ['viewer', '/fleet/resume', {}, 403],
    ['editor', '/generations/1/rollback', { reason: 'r' }, 200],
    ['editor', '/generations/1/rollback', {}, 400],
    ['editor', '/fleet/abort', {}, 400],
  ])('a %s asks for %s %j and is answered %d', async (role, route, body, status) => {
    const { as } = await withPeople(await filled(5, 10))
    expect((await as(role, route, body)).status).toBe(status)
  })

  test('where approvals are on an editor proposes a rollback, an approver makes it', async () => {
    const store = await filled(5, 10, 25)
    const { as } = await withPeople(store, { approvals: true })
    const proposed = await as('editor', '/generations/1/rollback', { reason: 'calm' })
    expect([proposed.status, proposed.json.state]).toEqual([202, 'open'])
    expect(await textIn(store)).toBe(at(25))
    expect((await as('editor', '/fleet/resume', {})).status).toBe(403)
    const made = await as('approver', '/generations/2/rollback', { reason: 'calm' })
    expect([made.status, await textIn(store)]).toEqual([200, at(10)])
  })

  test('where approvals are on an editor has no stages to choose', async () => {
    const store = await filled(5)
    await withProcesses(store, 2)
    const { as, features } = await withPeople(store, { approvals: true })
    const [source] = features.snapshot.sources
    const edit = { source: source?.name, baseHash: contentHash(at(5)), text: at(50), reason: 'r' }
    const stages = { percentages: [1, 100] }
    expect((await as('editor', '/edits', { ...edit, stages })).status).toBe(400)
    expect((await as('admin', '/edits', { ...edit, stages })).status).toBe(202)
  })
})

test('a process that is long gone is shown as silent, by its own clock where nobody heard it', async () => {
  const store = await filled(5, 10)
  await fleetOf(store, 2)
  const old = {
    host: 'gone',
    process: 'p',
    generation: null,
    hash: contentHash(at(5)),
    problems: [],
    health: null,
  }
  const record = new TextEncoder().encode(JSON.stringify({ ...old, at: Date.now() - 3_600_000 }))
  await store.write([{ key: ackKey(old), bytes: record }])
  const { ask } = await serving(store)
  const { processes } = await ask<Fleet>('/fleet')
  expect(processes).toMatchObject([
    { host: 'gone', isThere: false, generation: 1, isCurrent: false, health: null },
    { host: 'web-0', isThere: true, generation: 2, isCurrent: true },
    { host: 'web-1', isThere: true, generation: 2, isCurrent: true },
  ])
  expect(processes[0]?.silentMs).toBeGreaterThan(3_500_000)
})

test('the timeline, and the stream of events, name who published by a command', async () => {
  const store = await filled(5)
  const { ask, url, post } = await serving(store)
  const abort = new AbortController()
  const stream = await fetch(`${url}/api/v1/stream`, { signal: abort.signal })
  let came = ''
  const reading = (async () => {
    for await (const chunk of stream.body ?? []) came += Buffer.from(chunk as Uint8Array).toString()
  })().catch(() => undefined)
  await publish(store, at(50), { by: 'carl', reason: 'by a command' })
  await eventually('it is told', () => came.includes('"by":"carl","reason":"by a command"'))
  const changes = async () =>
    (await ask<Now>('/now')).timeline.filter(({ kind }) => kind === 'change')
  expect(await changes()).toMatchObject([{ by: 'carl', reason: 'by a command' }])
  await post('/features/b/off', { reason: 'it broke' })
  await eventually('it is told', () => came.includes('"by":"local","reason":"it broke"'))
  await setOutside(store, at(60))
  await eventually('it is there', async () => (await changes()).length === 3)
  await eventually('nobody is named', async () => {
    const [newest] = await changes()
    return newest?.kind === 'change' && newest.by === null
  })
  abort.abort()
  await reading
})
