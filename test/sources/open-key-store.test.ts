import { RecordingSink } from '../support/recording-sink'
import {
  isStoreUrl,
  openKeySource,
  openKeyStore,
  STORE_KINDS,
} from '../../src/sources/open-key-store'

test('each scheme belongs to one kind of store, whose example has it', () => {
  const schemes = STORE_KINDS.flatMap((kind) => kind.schemes)
  expect(new Set(schemes).size).toBe(schemes.length)
  for (const { schemes: own, example } of STORE_KINDS)
    expect(own.some((scheme) => example.startsWith(`${scheme}:`))).toBe(true)
})

test('a store is opened by its URL, and stores of one URL hold the same keys', async () => {
  const [one, other] = [openKeyStore('memory:opened'), openKeyStore('memory:opened')]
  await one.write([{ key: '', bytes: Buffer.from('a') }])
  expect((await other.get(''))?.bytes).toEqual(Uint8Array.from(Buffer.from('a')))
  expect(one.name).toBe('memory:opened')
})

test('a source of a URL follows the store', async () => {
  const store = openKeyStore('memory:followed.json')
  await store.write([{ key: '', bytes: Buffer.from('{"feature_a": "on"}') }])
  const sink = new RecordingSink()
  const source = openKeySource('memory:followed.json')
  await source.open(sink)
  expect([source.name, sink.texts]).toEqual(['memory:followed.json', ['{"feature_a": "on"}']])
  await source.close()
})

test.each(['http://user:secret@host/live.json', 'secret', 'ftp://user:secret@host'])(
  'a URL that no store knows is refused without what it may hide: %s',
  (url) => {
    expect(isStoreUrl(url)).toBe(false)
    const open = (): unknown => openKeyStore(url)
    expect(open).toThrow(/^openKeyStore: .*give one of a store: .*memory:NAME/)
    expect(open).not.toThrow(/secret/)
  },
)
