import { QUERY_FLAG, QUERY_TEXT, readStoreUrl, schemeOf } from '../../src/sources/store-url'

const read = (url: string): ReturnType<typeof readStoreUrl> =>
  readStoreUrl('redis', url, ['redis', 'rediss', 'memory'], 'redis://host:6379/0?key=live', KINDS)
const KINDS = {
  key: QUERY_TEXT,
  token: { ...QUERY_TEXT, isSecret: true },
  tls: QUERY_FLAG,
} as const

test.each<[string, object]>([
  ['redis://host', { scheme: 'redis', hosts: [{ host: 'host' }], path: '', shown: 'redis://host' }],
  ['REDIS://host:6379/0', { scheme: 'redis', hosts: [{ host: 'host', port: 6379 }], path: '/0' }],
  [
    'rediss://a:1,b:2,[::1]:3/0?key=live',
    {
      hosts: [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
        { host: '::1', port: 3 },
      ],
      shown: 'rediss://a:1,b:2,[::1]:3/0?key=live',
    },
  ],
  ['redis://ann:p%40ss%2F@host/0', { user: 'ann', password: 'p@ss/', shown: 'redis://host/0' }],
  ['redis://:secret@host', { password: 'secret', shown: 'redis://host' }],
  ['redis://ann@host', { user: 'ann', shown: 'redis://host' }],
  ['redis://a@b:c@d@host', { user: 'a@b', password: 'c@d', shown: 'redis://host' }],
  ['redis://host/0?token=secret&key=a%20b', { shown: 'redis://host/0?token=…&key=a%20b' }],
  ['memory:shop', { scheme: 'memory', hosts: [], path: 'shop', shown: 'memory:shop' }],
])('%s is taken apart, and shown without what is secret', (url, parts) => {
  expect(read(url)).toMatchObject(parts)
})

test.each([
  'http://host/secret',
  'redis://host:99999/secret',
  'redis://[::1/secret',
  'redis://a,,b/secret',
  'redis://ann:100%@host/secret',
  'redis://ann:12/secret@host:6379/0',
  'redis://ann:12?secret@host',
  'redis://ann:12?key=secret@host',
  'redis://ann:12#secret@host',
  'redis:ann:secret@host',
  'secret',
  '',
  7,
])('%j is refused without its text', (url) => {
  const refusal = expect.objectContaining({
    code: 'LIVEFLAG_BAD_OPTION',
    message:
      'redis: this is no URL of this store; give one such as redis://host:6379/0?key=live, with @, : and / of a password as %40, %3A and %2F, and an @ behind the host as %40, too',
  })
  expect(() => read(url as string)).toThrow(refusal as Error)
})

test.each<[string, RegExp]>([
  ['tokn=live', /^redis: "tokn" in the URL is not known; did you mean token\?$/],
  ['keep_alive=1', /^redis: "keep_alive" in the URL is not known; there are key, token, tls$/],
  ['constructor=1', /^redis: "constructor" in the URL is not known/],
  ['key=', /^redis: key in the URL is ""; give a text that is not empty$/],
  ['tls=yes', /^redis: tls in the URL is "yes"; give true or false$/],
  ['key=a&key=b', /^redis: the URL says key more than once; leave one of them$/],
])('a query of %s is refused, because it would be passed over', (query, message) => {
  expect(() => read(`redis://host/0?${query}`)).toThrow(message)
})

test('a store that reads no query says so', () => {
  expect(() => readStoreUrl('open', 'memory:a?key=b', ['memory'], 'memory:NAME')).toThrow(
    'open: "key" in the URL is not known; this store reads none',
  )
})

test('the URL of a server in the query is shown without a login of its own', () => {
  const shownAs = (endpoint: string): string =>
    readStoreUrl('s3', `s3://b/k?endpoint=${endpoint}`, ['s3'], 's3://b/k', {
      endpoint: QUERY_TEXT,
    }).shown
  expect(shownAs('http://ann:secret%40host')).toBe('s3://b/k?endpoint=…')
  expect(decodeURIComponent(shownAs('http://host'))).toBe('s3://b/k?endpoint=http://host')
})

test.each([
  ['redis://host', 'redis'],
  ['Memory:a', 'memory'],
  ['live.yaml', undefined],
  ['C:\\live.yaml', undefined],
  ['/a/b:c', undefined],
])('the scheme of %s is %s', (url, scheme) => {
  expect(schemeOf(url)).toBe(scheme)
})
