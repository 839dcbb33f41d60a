import { postgres, postgresKeyStore } from '../../src/sources/postgres'

test.each([
  ['postgres://h/d', 'postgres://h/d?key=live'],
  ['postgresql://ann:secret@h:1/d?key=shop', 'postgresql://h:1/d?key=shop'],
  [
    'postgres://h/d?sslmode=require&schema=flags',
    'postgres://h/d?sslmode=%E2%80%A6&schema=flags&key=live',
  ],
])('%s is named %s', async (url, name) => {
  expect(decodeURIComponent(postgres(url).name)).toBe(decodeURIComponent(name))
  const store = postgresKeyStore(url)
  await store.close()
})

test.each<[unknown, object, RegExp]>([
  ['redis://h', {}, /postgres: this is no URL of this store; give one such as postgres:/],
  ['postgres://h/d', { schema: '' }, /postgres: schema is ""; give a text that is not empty/],
  ['postgres://h/d', { poolSize: 0 }, /postgres: poolSize is 0; give a whole number above 0/],
  [{}, {}, /postgres: database is .*; give the URL of a PostgreSQL database, or a Pool of pg/],
])('%j with %j is refused', (database, options, message) => {
  expect(() => postgres(database as never, options)).toThrow(message)
})
