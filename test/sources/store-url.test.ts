import { readStoreUrl, schemeOf } from '../../src/sources/store-url'

const read = (url: string): ReturnType<typeof readStoreUrl> =>
  readStoreUrl('redis', url, ['redis', 'rediss', 'memory'], 'redis://host:6379/0?key=live')

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
  'secret',
  '',
  7,
])('%j is refused without its text', (url) => {
  const refusal = expect.objectContaining({
    code: 'LIVEFLAG_BAD_OPTION',
    message:
      'redis: this is no URL of this store; give one such as redis://host:6379/0?key=live, with @, : and / of a password as %40, %3A and %2F',
  })
  expect(() => read(url as string)).toThrow(refusal as Error)
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
