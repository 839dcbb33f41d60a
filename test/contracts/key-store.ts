/** What every store of keys does. */
import type { KeyStore, KeyWrite, WriteResult } from '../../src/sources/key-store'
import { eventually } from '../support/eventually'

/** Opens stores of one live config, which has no keys before a test. */
export interface KeyStores {
  open(): KeyStore
  /** Removes every key. */
  clear(): Promise<void>
}

const bytes = (text: string): Uint8Array => Buffer.from(text)
const put = (key: string, text: string, basedOn?: string | null): KeyWrite => ({
  key,
  bytes: bytes(text),
  ...(basedOn !== undefined && { basedOn }),
})
const HISTORY = 'history/000000001'

function versionsOf(result: WriteResult): ReadonlyMap<string, string> {
  if (!result.written) throw new Error(`not written: ${JSON.stringify(result.conflict)}`)
  return result.versions
}

/** What a watch noticed, in its order. */
class Noticed {
  lives = 0
  changes = 0
  readonly keys = new Set<string>()
  readonly reasons: string[] = []
  readonly live = (): void => void this.lives++
  readonly changed = (keys?: readonly string[]): void => {
    this.changes++
    for (const key of keys ?? []) this.keys.add(key)
  }
  readonly down = ({ message }: Error): void => void this.reasons.push(message)
}

export function keyStoreContract(name: string, stores: KeyStores): void {
  describe(name, () => {
    let store: KeyStore
    const open: KeyStore[] = []
    const another = (): KeyStore => {
      const one = stores.open()
      open.push(one)
      return one
    }
    const textOf = async (key: string): Promise<string | undefined> => {
      const stored = await store.get(key)
      return stored && Buffer.from(stored.bytes).toString()
    }
    const versionOf = async (key: string): Promise<string> => (await store.get(key))?.version ?? ''

    beforeEach(async () => {
      await stores.clear()
      store = another()
    })
    afterEach(() => Promise.all(open.splice(0).map((one) => one.close())))

    describe('reading and writing', () => {
      it('has no key at first', async () => {
        expect(await store.get('')).toBeUndefined()
        expect(await store.keys('')).toEqual([])
        expect(await store.list('history/')).toEqual(new Map())
      })

      it.each<[string, Uint8Array]>([
        ['text', bytes('feature_a: on\n')],
        ['no byte at all', bytes('')],
        ['letters of all scripts', bytes('feature_a: {users: [Żółć, 日本, 🎉]}')],
        ['bytes that are no text', Uint8Array.from({ length: 256 }, (_, i) => i)],
      ])('gives back %s byte for byte', async (_, value) => {
        await store.write([{ key: '', bytes: value }])
        expect(Buffer.from((await store.get(''))?.bytes ?? [1]).equals(value)).toBe(true)
      })

      it('keeps a value of 10 MB', async () => {
        const value = Buffer.alloc(10_000_000, 'feature_a: on\n')
        versionsOf(await store.write([{ key: '', bytes: value }]))
        expect(Buffer.from((await store.get(''))?.bytes ?? []).equals(value)).toBe(true)
      })

      it('has one version until the bytes change, and says it when it writes', async () => {
        const first = versionsOf(await store.write([put('', 'a')])).get('')
        expect(await versionOf('')).toBe(first)
        expect(await versionOf('')).toBe(first)
        const second = versionsOf(await store.write([put('', 'b')])).get('')
        expect(second).not.toBe(first)
        expect(await versionOf('')).toBe(second)
      })

      it('says that a version is the one it has, where it can say so without the value', async () => {
        await store.write([put('', 'a')])
        const version = await versionOf('')
        await store.write([put('', 'b')])
        const get = store.getUnless?.bind(store) ?? ((_: string, key: string) => store.get(key))
        const newer = await get(version, '')
        expect(newer).toEqual(expect.objectContaining({ version: await versionOf('') }))
        const same = await get(await versionOf(''), '')
        expect(store.getUnless === undefined || same === 'unchanged').toBe(true)
        await store.write([{ key: '', bytes: undefined }])
        expect(await get(version, '')).toBeUndefined()
      })

      it('lists what begins with a prefix, in order', async () => {
        await store.write([put('', 'head')])
        await store.write([put('history/000000002', 'b'), put(HISTORY, 'a'), put('rollout', '{}')])
        await store.write([put('acks/web-1.example.com', '{}')])
        expect(await store.keys('history/')).toEqual([HISTORY, 'history/000000002'])
        expect(await store.keys('acks/')).toEqual(['acks/web-1.example.com'])
        expect(await store.keys('quarantine/')).toEqual([])
        const listed = await store.list('history/')
        expect(
          [...listed].map(([key, { bytes: value }]) => [key, String(Buffer.from(value))]),
        ).toEqual([
          [HISTORY, 'a'],
          ['history/000000002', 'b'],
        ])
        expect(listed.get(HISTORY)?.version).toBe(await versionOf(HISTORY))
      })

      it('is seen by others at once', async () => {
        const other = another()
        await other.get('')
        await store.write([put('', 'a')])
        expect(String(Buffer.from((await other.get(''))?.bytes ?? []))).toBe('a')
      })
    })

    describe('comparing and setting', () => {
      it('writes what is based on the version that is there', async () => {
        const version = versionsOf(await store.write([put('', 'a', null)])).get('') ?? ''
        versionsOf(await store.write([put('', 'b', version)]))
        expect(await textOf('')).toBe('b')
      })

      it.each([
        ['another version', 'stale'],
        ['no key', null],
      ])('writes nothing that is based on %s', async (_, basedOn) => {
        const old = versionsOf(await store.write([put('', 'old')])).get('') ?? ''
        await store.write([put('', 'a')])
        const result = await store.write([put('', 'b', basedOn === null ? null : old)])
        expect(result).toEqual({ written: false, conflict: '' })
        expect(await textOf('')).toBe('a')
      })

      it('writes nothing that is based on a version where there is no key', async () => {
        const version = versionsOf(await store.write([put('', 'a')])).get('') ?? ''
        await store.write([{ key: '', bytes: undefined }])
        expect(await store.write([put('', 'b', version)])).toEqual({ written: false, conflict: '' })
        expect(await store.get('')).toBeUndefined()
      })

      it('removes a key, only when it has the version if one is given', async () => {
        const version = versionsOf(await store.write([put('', 'a')])).get('') ?? ''
        await store.write([put('', 'b')])
        const stale = await store.write([{ key: '', bytes: undefined, basedOn: version }])
        expect(stale).toEqual({ written: false, conflict: '' })
        const now = await versionOf('')
        versionsOf(await store.write([{ key: '', bytes: undefined, basedOn: now }]))
        expect(await store.get('')).toBeUndefined()
        versionsOf(await store.write([{ key: '', bytes: undefined }]))
      })

      it('lets one of many writers win that begin with the same version', async () => {
        const version = versionsOf(await store.write([put('', 'start')])).get('') ?? ''
        const writers = Array.from({ length: 8 }, another)
        const results = await Promise.all(
          writers.map((writer, i) => writer.write([put('', `writer ${i}`, version)])),
        )
        expect(results.filter(({ written }) => written)).toHaveLength(1)
        const winner = results.findIndex(({ written }) => written)
        expect(await textOf('')).toBe(`writer ${winner}`)
      })

      it('writes several keys, or none of them after a conflict of the first', async () => {
        await store.write([put('', 'a'), put(HISTORY, '1')])
        const version = await versionOf('')
        const result = await store.write([put(HISTORY, 'other', null), put('', 'b', version)])
        expect(result).toEqual({ written: false, conflict: HISTORY })
        expect([await textOf(''), await textOf(HISTORY)]).toEqual(['a', '1'])
      })

      it('writes none of several keys after a conflict of the last, where it is atomic', async () => {
        await store.write([put('', 'a')])
        const result = await store.write([put(HISTORY, '1', null), put('', 'b', null)])
        expect(result).toEqual({ written: false, conflict: '' })
        expect(await textOf('')).toBe('a')
        expect(await textOf(HISTORY)).toBe(store.isAtomic ? undefined : '1')
      })

      it('never shows a part of several keys that are written together, where it is atomic', async () => {
        if (!store.isAtomic) return
        const rounds = 30
        const other = another()
        const writing = (async () => {
          for (let i = 0; i < rounds; i++)
            await store.write([put('rollout', String(i)), put('history/1', String(i))])
        })()
        const seen: string[] = []
        let isDone = false
        void writing.finally(() => (isDone = true))
        while (!isDone) {
          const listed = await other.list('')
          const [one, two] = ['rollout', 'history/1'].map((key) => listed.get(key))
          seen.push([one, two].map((at) => at && String(Buffer.from(at.bytes))).join(' '))
        }
        await writing
        expect(seen.filter((pair) => pair.split(' ')[0] !== pair.split(' ')[1])).toEqual([])
      })
    })

    describe('watching', () => {
      const watched = async (keys: readonly string[] = ['']): Promise<Noticed> => {
        const noticed = new Noticed()
        another().watch(keys, noticed)
        if (store.notifies) await eventually('it listens', () => noticed.lives > 0)
        return noticed
      }

      it('notices a write by another, a removal and a new key', async () => {
        if (!store.notifies) return
        const noticed = await watched()
        for (const change of [put('', 'a'), { key: '', bytes: undefined }, put('', 'b')]) {
          const before = noticed.changes
          await store.write([change])
          await eventually('the change is noticed', () => noticed.changes > before)
        }
        expect(noticed.reasons).toEqual([])
      })

      it('notices each of the keys that it watches', async () => {
        if (!store.notifies) return
        const noticed = await watched(['', 'rollout'])
        await store.write([put('rollout', '{}')])
        await eventually('rollout is noticed', () => noticed.changes > 0)
        const before = noticed.changes
        await store.write([put('', 'a')])
        await eventually('the text is noticed', () => noticed.changes > before)
        expect([...noticed.keys].every((key) => ['', 'rollout'].includes(key))).toBe(true)
      })

      it('notices nothing after it was closed', async () => {
        const noticed = new Noticed()
        const watch = another().watch([''], noticed)
        if (store.notifies) await eventually('it listens', () => noticed.lives > 0)
        const other = await watched()
        watch.close()
        watch.close()
        const before = noticed.changes
        await store.write([put('', 'a')])
        if (store.notifies) await eventually('the other notices it', () => other.changes > 0)
        expect(noticed.changes).toBe(before)
      })
    })

    describe('closing', () => {
      it('is idempotent, ends a watch, and refuses what comes after', async () => {
        const noticed = new Noticed()
        store.watch([''], noticed)
        await store.close()
        await store.close()
        const { lives } = noticed
        await expect(store.get('')).rejects.toMatchObject({ code: 'LIVEFLAG_STORE_UNUSABLE' })
        await expect(store.write([put('', 'a')])).rejects.toMatchObject({ kind: 'unusable' })
        expect(noticed.lives).toBe(lives)
      })

      it('does not take long while it connects', async () => {
        const one = stores.open()
        const reading = one.get('').catch(() => undefined)
        await one.close()
        await reading
      })
    })
  })
}
