import { postgresName } from '../../src/runtime/postgres-options'
import { redisName } from '../../src/runtime/redis-package'
import { isTorn } from '../../src/runtime/torn-url'

test.each([
  ['redis://ann:12/s3cret@host/0', true],
  ['redis://ann:12?s3cret@host/0', true],
  ['redis://ann:12#s3cret@host/0', true],
  ['redis://ann:s3cret@host/0', false],
  ['redis://ann:12%2Fs3cret@host/0?a=%40', false],
])('whether %s was taken apart in the middle of a password: %s', (url, isIt) => {
  expect(isTorn(new URL(url))).toBe(isIt)
})

test.each([
  ['Redis', () => redisName('redisSticky', 'redis://ann:12/s3cret@host/0')],
  ['PostgreSQL', () => postgresName('postgresSticky', 'postgres://ann:12/s3cret@host/flags')],
])('such a URL of %s is refused without it', (_, name) => {
  expect(name).toThrow(/this is no URL of a/)
  expect(name).not.toThrow(/s3cret/)
})
