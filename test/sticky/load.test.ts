/**
 * How documents come and go around an evaluation that waits for nothing but the loading, and for
 * that not long.
 */
import { LiveflagError } from '../../src/core/errors'
import type { StickyDocument, StickyService } from '../../src/core/sticky'
import { evalStickyFeature } from '../../src/growthbook/evaluate'
import { loadSticky, stickySaved } from '../../src/sticky/load'
import { memoryStickyService } from '../../src/sticky/memory'
import { eventually } from '../support/eventually'

const document = (
  id: string,
  assignments: Record<string, string>,
  attributeName = 'id',
): StickyDocument => ({ attributeName, attributeValue: id, assignments })

/** A service that notes what it is asked, and answers as a test tells it. */
class Recorded implements StickyService {
  readonly asked: string[] = []
  readonly saved: StickyDocument[] = []
  store = memoryStickyService()
  read: () => unknown = () => undefined
  write: () => unknown = () => undefined

  async getAssignments(name: string, value: string): Promise<StickyDocument | null | undefined> {
    this.asked.push(`${name}||${value}`)
    await this.read()
    return this.store.getAssignments(name, value)
  }

  saveAssignments(saved: StickyDocument): Promise<unknown> {
    this.saved.push(saved)
    const failed = this.write()
    return Promise.resolve(failed).then(() => this.store.saveAssignments(saved))
  }
}

class RecordedWhole extends Recorded {
  async getAllAssignments(
    attributes: Readonly<Record<string, string>>,
  ): Promise<Record<string, StickyDocument>> {
    this.asked.push(JSON.stringify(attributes))
    await this.read()
    const pairs = await Promise.all(
      Object.entries(attributes).map(async ([name, value]) => [
        `${name}||${value}`,
        await this.store.getAssignments(name, value),
      ]),
    )
    return Object.fromEntries(pairs.filter(([, found]) => found)) as Record<string, StickyDocument>
  }
}

const never = (): Promise<never> => new Promise(() => undefined)
const fails = (): never => {
  throw new Error('the store is away')
}
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const CONTEXT = {
  attributes: { id: 'u1', device: 'd1' },
  features: {
    f: {
      defaultValue: 'default',
      rules: [
        {
          key: 'e',
          variations: ['a', 'b'],
          weights: [1, 0],
          meta: [{ key: 'a' }, { key: 'b' }],
          fallbackAttribute: 'device',
        },
      ],
    },
  },
}

describe('loading', () => {
  it('asks for the documents of the named attributes that have a value, each once', async () => {
    const service = new Recorded()
    await loadSticky(service, { id: 'u1', device: '', company: null, n: 5, big: 5n, list: [1] }, [
      'id',
      'device',
      'company',
      'n',
      'none',
      'id',
      'big',
      'list',
      'constructor',
    ])
    expect(service.asked).toEqual(['id||u1', 'n||5', 'big||5', 'list||[1]'])
  })

  it('shares one call among all who ask for the same document in one turn', async () => {
    const service = new Recorded()
    await Promise.all([
      loadSticky(service, { id: 'u1' }),
      loadSticky(service, { id: 'u1' }),
      loadSticky(service, { id: 'u2' }),
    ])
    expect(service.asked).toEqual(['id||u1', 'id||u2'])
  })

  it('asks in one go where the service can', async () => {
    const service = new RecordedWhole()
    await service.store.saveAssignments(document('u1', { e__0: 'b' }))
    const attributes = { id: 'u1', device: 'd1' }
    const both = await Promise.all([
      loadSticky(service, attributes, ['id', 'device']),
      loadSticky(service, attributes, ['id', 'device']),
    ])
    expect(service.asked).toEqual(['{"id":"u1","device":"d1"}'])
    expect(both.map((loaded) => loaded.all())).toEqual([
      { 'id||u1': document('u1', { e__0: 'b' }) },
      { 'id||u1': document('u1', { e__0: 'b' }) },
    ])
  })

  it('asks again in the next turn, after an answer and after a write', async () => {
    const service = new Recorded()
    service.read = never
    void loadSticky(service, { id: 'u1' })
    await nextTurn()
    service.read = () => undefined
    await loadSticky(service, { id: 'u1' })
    const documents = await loadSticky(service, { id: 'u1' })
    const late = loadSticky(service, { id: 'u1' })
    documents.assign('id', 'u1', 'e__0', 'b')
    expect((await loadSticky(service, { id: 'u1' })).assignments('id', 'u1')).toEqual({ e__0: 'b' })
    await late
    expect(service.asked).toHaveLength(5)
  })

  it('takes only the documents that it asked for', async () => {
    const service = new RecordedWhole()
    service.getAllAssignments = async () => ({
      'id||u1': document('u2', { e__0: 'b' }),
      'id||u2': document('u2', { e__0: 'b' }),
    })
    expect((await loadSticky(service, { id: 'u1' })).all()).toEqual({})
  })

  it.each([null, undefined, 5, 'sqlite'])('refuses %p as a service', async (service) => {
    await expect(loadSticky(service as unknown as StickyService, {}, [])).rejects.toMatchObject({
      code: 'LIVEFLAG_BAD_OPTION',
      message: expect.stringContaining('give an object with getAssignments'),
    })
  })

  it.each([0, -1, NaN, Infinity])('refuses to wait %d ms', async (timeoutMs) => {
    await expect(loadSticky(memoryStickyService(), {}, [], { timeoutMs })).rejects.toMatchObject({
      code: 'LIVEFLAG_BAD_OPTION',
    })
  })
})

describe.each([
  ['one by one', Recorded],
  ['in one go', RecordedWhole],
] as const)('a service asked %s', (_, Service) => {
  it.each([
    ['throws', fails],
    ['rejects', () => Promise.reject(new Error('the store is away'))],
    ['hangs', never],
  ])('that %s leaves the evaluation as it is without one, and is reported', async (_what, read) => {
    const service = new Service()
    service.read = read
    const errors: unknown[] = []
    const { result } = await evalStickyFeature(CONTEXT, 'f', service, {
      timeoutMs: 20,
      onError: (error) => errors.push(error),
    })
    expect(result).toMatchObject({ value: 'a', source: 'experiment' })
    expect(errors.length).toBeGreaterThan(0)
    expect(String(errors[0])).toMatch(/the store is away|did not load documents within 20 ms/)
    expect(errors[0]).toMatchObject({ code: 'LIVEFLAG_STORE_UNAVAILABLE' })
    const { cause } = errors[0] as LiveflagError
    expect(cause).toEqual(read === never ? undefined : new Error('the store is away'))
  })

  it('is not overwritten when it could not be read, as it may hold another assignment', async () => {
    const service = new Service()
    await service.store.saveAssignments(document('u1', { e__0: 'b' }))
    service.read = fails
    expect((await evalStickyFeature(CONTEXT, 'f', service)).result.value).toBe('a')
    service.read = () => undefined
    expect([service.saved, (await evalStickyFeature(CONTEXT, 'f', service)).result.value]).toEqual([
      [],
      'b',
    ])
  })
})

describe('saving', () => {
  it('is under way before the evaluation returns, so that a response can still take a cookie', async () => {
    const service = new Recorded()
    const documents = await loadSticky(service, { id: 'u1' })
    documents.assign('id', 'u1', 'e__0', 'a')
    expect(service.saved).toEqual([document('u1', { e__0: 'a' })])
  })

  it('is left out for what is stored already', async () => {
    const service = new Recorded()
    await service.store.saveAssignments(document('u1', { e__0: 'a' }))
    ;(await loadSticky(service, { id: 'u1' })).assign('id', 'u1', 'e__0', 'a')
    expect(service.saved).toEqual([])
  })

  it('is tried again, and then reported and given up', async () => {
    const service = new Recorded()
    const errors: unknown[] = []
    service.write = fails
    const documents = await loadSticky(service, { id: 'u1' }, ['id'], {
      onError: (error) => errors.push(error),
    })
    expect(() => documents.assign('id', 'u1', 'e__0', 'a')).not.toThrow()
    expect(documents.assignments('id', 'u1')).toEqual({ e__0: 'a' })
    await stickySaved(service)
    expect([service.saved.length, errors.map(String)]).toEqual([
      4,
      [
        'LiveflagError: the sticky service failed to save a document (the store is away); check its store',
      ],
    ])
    expect(errors[0]).toMatchObject({
      code: 'LIVEFLAG_STORE_UNAVAILABLE',
      cause: new Error('the store is away'),
    })
  })

  it('is not tried again when the service itself says that it never will', async () => {
    const service = new Recorded()
    const errors: unknown[] = []
    const closed = new LiveflagError('LIVEFLAG_CLOSED', 'closed')
    service.write = () => Promise.reject(closed)
    const documents = await loadSticky(service, { id: 'u1' }, ['id'], {
      onError: (error) => errors.push(error),
    })
    documents.assign('id', 'u1', 'e__0', 'a')
    await stickySaved(service)
    expect([service.saved.length, errors]).toEqual([1, [closed]])
  })

  it('outlives a store that is away for a moment', async () => {
    const service = new Recorded()
    service.write = fails
    ;(await loadSticky(service, { id: 'u1' })).assign('id', 'u1', 'e__0', 'a')
    service.write = () => undefined
    await stickySaved(service)
    expect((await service.store.getAssignments('id', 'u1'))?.assignments).toEqual({ e__0: 'a' })
  })

  it('writes one document once at a time, and what comes meanwhile together', async () => {
    const service = new Recorded()
    let goOn = (): void => undefined
    service.write = () => new Promise<void>((resolve) => (goOn = resolve))
    const [one, two] = await Promise.all([
      loadSticky(service, { id: 'u1' }),
      loadSticky(service, { id: 'u1' }),
    ])
    one.assign('id', 'u1', 'a__0', '1')
    one.assign('id', 'u1', 'b__0', '1')
    two.assign('id', 'u1', 'c__0', '1')
    expect((await loadSticky(service, { id: 'u1' })).assignments('id', 'u1')).toEqual({
      a__0: '1',
      b__0: '1',
      c__0: '1',
    })
    goOn()
    await eventually('the second write', () => service.saved.length === 2)
    goOn()
    await stickySaved(service)
    expect(service.saved.map(({ assignments }) => assignments)).toEqual([
      { a__0: '1' },
      { a__0: '1', b__0: '1', c__0: '1' },
    ])
  })

  it('does not wait for a service that hangs', async () => {
    const service = new Recorded()
    service.write = never
    const { result } = await evalStickyFeature(CONTEXT, 'f', service)
    expect(result.value).toBe('a')
  })

  it('reports an experiment that hashes an attribute whose document was not loaded', async () => {
    const service = new Recorded()
    const errors: unknown[] = []
    const documents = await loadSticky(service, { id: 'u1', company: 'acme' }, ['id'], {
      onError: (error) => errors.push(error),
    })
    documents.assign('company', 'acme', 'e__0', 'a')
    expect([service.saved, errors.map(String)]).toEqual([
      [],
      [expect.stringContaining('"company", whose document was not loaded')],
    ])
  })

  it('is not disturbed by a callback that throws', async () => {
    const service = new Recorded()
    service.read = fails
    await expect(
      loadSticky(service, { id: 'u1' }, ['id'], { onError: fails }),
    ).resolves.toBeDefined()
  })
})
