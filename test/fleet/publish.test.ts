import { history, memoryKeyStore, publish, published, rollback } from '../../src/fleet/fleet'
import { HEAD } from '../../src/sources/fleet-records'
import { type KeyStore, StoreError } from '../../src/sources/key-store'
import { atomicStore, serialStore, setOutside, textIn } from '../support/key-stores'

const features = (count: number, value = 'on'): string =>
  Array.from({ length: count }, (_, i) => `feature_f${i}: ${value}\n`).join('')

const told = async (store: KeyStore) =>
  (await history(store)).generations.map(
    ({ generation, kind, state, basedOn }) => `${generation} ${kind} on ${basedOn}: ${state}`,
  )

describe.each([
  ['a store whose writes take effect together', atomicStore],
  ['a store whose writes take effect one after another', serialStore],
])('in %s', (_, open) => {
  test('a text becomes the next generation, with who, when, why and the hash', async () => {
    const store = open()
    const first = await publish(store, 'feature_a: on', { by: 'ann', reason: 'launch' })
    expect(first).toEqual({
      kind: 'published',
      generation: 1,
      hash: 'e196ae3284518cf1f16c364a914efdb3292a46022d57b9eedc116be79c313083',
      basedOn: null,
      problems: [],
    })
    expect(await textIn(store)).toBe('feature_a: on')
    const [entry] = (await history(store)).generations
    expect(entry).toMatchObject({
      generation: 1,
      kind: 'publish',
      by: 'ann',
      reason: 'launch',
      bytes: 13,
      state: 'in force',
    })
  })

  test('generations are a chain, and the last one is in force', async () => {
    const store = open()
    for (const text of ['feature_a: on', 'feature_a: off', 'feature_a: on'])
      await publish(store, text)
    expect(await told(store)).toEqual([
      '3 publish on 2: in force',
      '2 publish on 1: replaced',
      '1 publish on null: replaced',
    ])
  })

  test('the same text again is no new generation', async () => {
    const store = open()
    await publish(store, 'feature_a: on')
    expect(await publish(store, 'feature_a: on')).toMatchObject({
      kind: 'unchanged',
      generation: 1,
    })
    expect(await told(store)).toHaveLength(1)
  })

  test('a text that is based on another generation is not published', async () => {
    const store = open()
    await publish(store, 'feature_a: on')
    const base = await published(store)
    await publish(store, 'feature_a: off', { by: 'bob' })
    const late = await publish(store, 'feature_a: {users: [ann]}', { basedOn: base })
    expect(late).toMatchObject({ kind: 'changed', now: { generation: 2, text: 'feature_a: off' } })
    expect(await publish(store, 'feature_b: on', { basedOn: 1 })).toMatchObject({ kind: 'changed' })
    expect(await textIn(store)).toBe('feature_a: off')
    expect(await publish(store, 'feature_a: on', { basedOn: 2 })).toMatchObject({ generation: 3 })
  })

  test('what another tool wrote meanwhile gets an entry of its own', async () => {
    const store = open()
    await publish(store, 'feature_a: on')
    await setOutside(store, 'feature_a: off')
    expect((await history(store)).isOutside).toBe(true)
    await publish(store, 'feature_a: {users: [ann]}')
    expect(await told(store)).toEqual([
      '3 publish on 2: in force',
      '2 outside on 1: replaced',
      '1 publish on null: replaced',
    ])
  })

  test('so does an old text that another tool put back', async () => {
    const store = open()
    await publish(store, 'feature_a: on')
    await publish(store, 'feature_a: off')
    await publish(store, 'feature_a: {users: [ann]}')
    await setOutside(store, 'feature_a: on')
    await publish(store, 'feature_a: {users: [bob]}')
    expect((await told(store)).slice(0, 2)).toEqual([
      '5 publish on 4: in force',
      expect.stringMatching(/^4 outside on [23]: replaced$/),
    ])
  })

  test('a text that is there before the first publish is kept', async () => {
    const store = open()
    await setOutside(store, 'feature_a: on')
    expect(await published(store)).toMatchObject({ generation: undefined, text: 'feature_a: on' })
    await publish(store, 'feature_a: off')
    expect(await told(store)).toEqual(['2 publish on 1: in force', '1 outside on null: replaced'])
  })

  test('a key that somebody removed is published anew', async () => {
    const store = open()
    await publish(store, 'feature_a: on')
    await store.write([{ key: HEAD, bytes: undefined }])
    expect((await history(store)).isEmpty).toBe(true)
    await publish(store, 'feature_a: off')
    expect(await textIn(store)).toBe('feature_a: off')
  })
})

describe('a text is refused', () => {
  test('with its problems, and nothing is written', async () => {
    const store = memoryKeyStore()
    const result = await publish(store, 'feature_a: {precent_loggedin: 5}\nfeature_b: on')
    expect(result).toMatchObject({
      kind: 'refused',
      refusals: [{ code: 'problems', message: 'the text has a problem' }],
      problems: [{ feature: 'a', line: 1 }],
    })
    expect(await store.keys('')).toEqual([])
  })

  test.each([
    ['nothing gone', 9, 9, undefined],
    ['a third gone', 9, 6, undefined],
    ['more than a third gone', 9, 5, 'shrink'],
    ['nearly all gone', 9, 1, 'shrink'],
    ['one of two gone', 2, 1, 'shrink'],
    ['no feature left', 3, 0, 'shrink'],
    ['no feature at all', 0, 0, 'shrink'],
  ])('%s', async (_, before, after, expected) => {
    const store = memoryKeyStore()
    if (before > 0) await publish(store, features(before))
    const text = after > 0 ? features(after, 'off') : 'something: else'
    const result = await publish(store, text)
    const codes = result.kind === 'refused' ? result.refusals.map(({ code }) => code) : []
    expect(codes).toEqual(expected === undefined ? [] : [expected])
    if (expected === undefined) return
    expect(await publish(store, text, { allow: ['shrink'] })).toMatchObject({ kind: 'published' })
  })

  test('not for having no feature, where it is a layer of what became of ramps', async () => {
    const store = memoryKeyStore()
    for (const text of ['ramps: {}', 'ramps: {button: []}'])
      expect(await publish(store, text)).toMatchObject({ kind: 'published' })
    const live = memoryKeyStore()
    await publish(live, features(3))
    expect(await publish(live, 'ramps: {}')).toMatchObject({ refusals: [{ code: 'shrink' }] })
  })

  test('and the message names what would be gone', async () => {
    const store = memoryKeyStore()
    await publish(store, features(9))
    const result = await publish(store, features(2))
    expect(result).toMatchObject({
      refusals: [
        {
          message:
            '7 of 9 features would be gone, which is more than a third: f2, f3, f4, f5, f6 and 2 more',
        },
      ],
    })
  })
})

test.each([
  [{ baseOn: 3 }, /did you mean basedOn/],
  [{ basedOn: 0 }, /basedOn is 0; give what published resolved to/],
  [{ basedOn: published(memoryKeyStore()) }, /await it/],
  [{ allow: ['all'] }, /give a list of shrink and quarantined/],
  [{ by: 3 }, /by is 3/],
])('an option that is not valid is refused: %j', async (options, message) => {
  await expect(publish(memoryKeyStore(), 'feature_a: on', options as object)).rejects.toThrow(
    message,
  )
})

test.each([
  ['by', 201],
  ['reason', 10_001],
])(
  'a text of %s that nobody would read is refused, and nothing is written',
  async (option, length) => {
    const store = memoryKeyStore()
    const publishing = publish(store, 'feature_a: on', { [option]: 'x'.repeat(length) })
    await expect(publishing).rejects.toThrow(/of at most \d+ characters/)
    expect(await store.get(HEAD)).toBeUndefined()
  },
)

test('a blank name is nobody, and a blank reason is none', async () => {
  const store = memoryKeyStore()
  await publish(store, 'feature_a: on', { by: ' ', reason: '\n' })
  expect((await history(store)).generations[0]).toMatchObject({ by: null, reason: null })
})

describe('where the store fails to say whether it wrote', () => {
  /** The answer of the first write is lost; with `isMade` the write itself is not. */
  const losing = (isMade: boolean): KeyStore => {
    const inner = memoryKeyStore()
    let isFirst = true
    return {
      ...atomicStore(inner),
      write: async (writes) => {
        const lost = isFirst
        isFirst = false
        if (lost && !isMade) throw new StoreError('unreachable', 'store', 'gone', 'wait')
        const result = await inner.write(writes)
        if (lost) throw new StoreError('unreachable', 'store', 'gone', 'wait')
        return result
      },
    }
  }

  test.each([
    ['and did', true],
    ['and did not', false],
  ])('%s, the text is published once', async (_, isMade) => {
    const store = losing(isMade)
    expect(await publish(store, 'feature_a: on')).toMatchObject({
      kind: 'published',
      generation: 1,
    })
    expect(await told(store)).toEqual(['1 publish on null: in force'])
  })

  test('a store that can be read and takes no write says why, and nobody else is blamed', async () => {
    const reason = 'NOREPLICAS Not enough good replicas to write.'
    const readOnly = new StoreError('unreachable', 'store', reason, 'check the server')
    let writes = 0
    const store: KeyStore = {
      ...atomicStore(memoryKeyStore()),
      write: () => {
        writes++
        return Promise.reject(readOnly)
      },
    }
    await expect(publish(store, 'feature_a: on')).rejects.toBe(readOnly)
    expect(writes).toBeLessThan(10)
  })

  test('a store that stays away is an error', async () => {
    const gone = new StoreError('unreachable', 'store', 'gone', 'wait')
    const store = atomicStore(memoryKeyStore(), () => Promise.reject(gone))
    await expect(publish(store, 'feature_a: on')).rejects.toBe(gone)
  })
})

test('a database that has no table before the first write gets one by it', async () => {
  const inner = memoryKeyStore()
  let hasTable = false
  const store: KeyStore = {
    ...atomicStore(inner, async () => {
      if (!hasTable) throw new StoreError('unusable', 'store', 'no table', 'write')
    }),
    write: async (writes) => {
      hasTable = true
      return inner.write(writes)
    },
  }
  expect(await publish(store, 'feature_a: on')).toMatchObject({ generation: 1 })
})

describe('a publisher that was killed between the entry and the head', () => {
  const killed = async (store: KeyStore, text: string): Promise<void> => {
    const dying = serialStore(store, async (what) => {
      if (what === 'write ') throw new Error('killed')
    })
    await expect(publish(dying, text, { by: 'bob' })).rejects.toThrow('killed')
  }

  test('leaves an entry that was never published, whose number is not used again', async () => {
    const store = serialStore()
    await publish(store, 'feature_a: on')
    await killed(store, 'feature_a: off')
    expect(await published(store)).toMatchObject({ generation: 1, text: 'feature_a: on' })
    await publish(store, 'feature_a: {users: [ann]}')
    expect(await told(store)).toEqual([
      '3 publish on 1: in force',
      '2 publish on 1: never published',
      '1 publish on null: replaced',
    ])
  })

  test('may be run again, and its own entry is published', async () => {
    const store = serialStore()
    await publish(store, 'feature_a: on')
    await killed(store, 'feature_a: off')
    expect(await publish(store, 'feature_a: off', { by: 'bob' })).toMatchObject({ generation: 2 })
    expect(await told(store)).toEqual(['2 publish on 1: in force', '1 publish on null: replaced'])
  })

  test.each([
    ['by another', { by: 'ann' }, { kind: 'publish', by: 'ann', reason: null }],
    ['for another reason', { by: 'bob', reason: 'approved' }, { by: 'bob', reason: 'approved' }],
  ])('is not who published the text %s', async (_, signed, expected) => {
    const store = serialStore()
    await publish(store, 'feature_a: on')
    await killed(store, 'feature_a: off')
    const result = await publish(store, 'feature_a: off', signed)
    expect(result).toMatchObject({ kind: 'published', generation: 3, basedOn: 2 })
    const [first] = (await history(store)).generations
    expect(first).toMatchObject({ generation: 3, state: 'in force', ...expected })
    expect(await textIn(store)).toBe('feature_a: off')
  })

  test('is not who rolled back to it', async () => {
    const store = serialStore()
    await publish(store, 'feature_a: on')
    await publish(store, 'feature_a: off')
    await killed(store, 'feature_a: on')
    await rollback(store, 1, { by: 'bob' })
    const [first] = (await history(store)).generations
    expect(first).toMatchObject({ kind: 'rollback', of: 1, by: 'bob', state: 'in force' })
  })
})
