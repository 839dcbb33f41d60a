import { redisStickyService } from '../../src/sticky/redis'

test.each(['', 'cache.example', 'http://cache.example', 'redis:', 7 as unknown as string])(
  'redisStickyService refuses %j in the place of a URL',
  (url) => {
    expect(() => redisStickyService(url)).toThrow(
      expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION' }),
    )
  },
)

test('a URL that is refused is not repeated: it may hold a password', () => {
  expect(() => redisStickyService('http://user:given-secret@cache.example')).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('given-secret') }),
  )
})

test('a client is told from what is none', () => {
  expect(() => redisStickyService({ get: () => undefined } as never)).toThrow(
    /give the URL of a Redis server, or a client of ioredis/,
  )
})

test.each([0, -1, 1.5, '90' as unknown as number])('%j is no time to live', (ttlSeconds) => {
  expect(() => redisStickyService('redis://cache.example', { ttlSeconds })).toThrow(
    /ttlSeconds is .*give whole seconds above 0/,
  )
})

test('a document that others write each time is given up, and says so', async () => {
  let version = 0
  const client = {
    get: async () => null,
    eval: async () =>
      `{"attributeName":"id","attributeValue":"u1","assignments":{"n":"${version++}"}}`,
  }
  const document = { attributeName: 'id', attributeValue: 'u1', assignments: { a__0: '1' } }
  await expect(redisStickyService(client).saveAssignments(document)).rejects.toMatchObject({
    code: 'LIVEFLAG_STORE_UNAVAILABLE',
    message: expect.stringContaining('written by others each of 20 times'),
  })
})
