import { redis, redisKeyStore } from '../../src/sources/redis'

test.each([
  ['redis://h', 'redis://h?key=live'],
  ['redis://ann:secret@h:1/2', 'redis://h:1/2?key=live'],
  ['rediss://h/0?key=a.json', 'rediss://h/0?key=a.json'],
  ['redis://a,b:2/0?sentinel=shop&key=a', 'redis://a,b:2/0?sentinel=shop&key=a'],
  ['redis://a,b?cluster=true', 'redis://a,b?cluster=true&key=live'],
  [
    'redis://a?sentinel=shop&sentinelPassword=secret',
    'redis://a?sentinel=shop&sentinelPassword=…&key=live',
  ],
  ['rediss://h?tls=true', 'rediss://h?tls=true&key=live'],
  ['redis://h?cluster=false', 'redis://h?cluster=false&key=live'],
])('%s is named %s', async (url, name) => {
  expect(redis(url).name).toBe(name)
  const store = redisKeyStore(url)
  expect(store.name).toBe(name)
  await store.close()
})

test('a key of the options takes the place of that of the URL', () => {
  expect(redis('redis://h?key=a&sentinel=b', { key: 'c' }).name).toBe('redis://h?key=c&sentinel=b')
  expect(redis('redis://h?key=a', { key: 'c' }).name).toBe('redis://h?key=c')
})

test.each<[string, object, RegExp]>([
  ['redis://', {}, /redis: the host is ""; give one, as in redis:\/\/localhost:6379/],
  ['redis://h/live', {}, /redis: the database is "live"; give a number, as in \/0/],
  [
    'redis://a,b',
    {},
    /redis: the host is "a,b"; give one, or add \?sentinel=NAME or \?cluster=true/,
  ],
  ['redis://h?tls=true', {}, /redis: tls in the URL is "true"; give rediss: for TLS, or redis:/],
  ['rediss://h?tls=false', {}, /redis: tls in the URL is "false"; give rediss: for TLS, or redis:/],
  ['redis://h?ca=/etc/hosts', {}, /redis: ca in the URL is "\/etc\/hosts"; give it with rediss:/],
  ['rediss://h?ca=/nowhere.pem', {}, /redis: ca in the URL is "\/nowhere.pem"; give the path/],
  ['redis://a,b?cluster=false', {}, /redis: the host is "a,b"; give one/],
  [
    'redis://a?cluster=true&sentinel=b',
    {},
    /redis: cluster in the URL is "true"; give either it or sentinel/,
  ],
  ['redis://h?prefix=a', {}, /redis: "prefix" in the URL is not known; there are key, sentinel/],
  ['redis://h', { key: '' }, /redis: key is ""; give a text that is not empty/],
  ['redis://h', { tls: true }, /redis: tls is true; give the options of node:tls/],
  ['postgres://h', {}, /redis: this is no URL of this store; give one such as redis:/],
])('%s with %j is refused', (url, options, message) => {
  expect(() => redis(url, options)).toThrow(message)
})

test.each([{}, null, 7])('%j is no client', (client) => {
  expect(() => redisKeyStore(client as never)).toThrow(
    /redisKeyStore: redis is .*; give the URL of a Redis server, or a client of ioredis/,
  )
})
