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

test.each(STORE_KINDS.map(({ schemes: [scheme = ''], example }) => [scheme, example] as const))(
  'a URL of %s whose password is not escaped, or whose query has an unknown word, is refused without its secrets',
  (scheme, example) => {
    const open = (url: string) => (): unknown => openKeyStore(url)
    expect(open(`${scheme}://ann:12/s3cret@host:1/0`)).toThrow(/this is no URL of this store/)
    expect(open(`${scheme}://ann:12/s3cret@host:1/0`)).not.toThrow(/s3cret/)
    const asked = `${example}${example.includes('?') ? '&' : '?'}rgion=s3cret`
    expect(open(asked)).toThrow(/"rgion" in the URL is not known/)
    expect(open(asked)).not.toThrow(/s3cret/)
  },
)

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
