/** The script of a Redis that cannot say beforehand what a user may not do, as before version 7. */
import { Redis } from 'ioredis'
import { redisFailure } from '../../../src/sources/stores/redis-failure'
import { WRITE } from '../../../src/sources/stores/redis-write'
import { startRedis } from '../../support/redis'
import { describeWith } from '../../support/with-program'

const OLD = WRITE.replaceAll('redis.acl_check_cmd', 'redis.not_there_yet')

describeWith('redis-server', 'without the question for rights', (program) => {
  test.each(['set', 'hset', 'hdel'])(
    'what was written before %s was refused is put back',
    async (missing) => {
      const server = await startRedis(program)
      const admin = new Redis(server.port)
      await admin.set('live', 'old')
      await admin.hset('beside', { a: 'old', c: 'old' })
      await admin.call(
        ...(['ACL', 'SETUSER', 'ann', 'on', '>secret', '~*', '&*', '+@all'] as const),
        `-${missing}`,
      )
      const ann = new Redis(server.port, { username: 'ann', password: 'secret' })
      const writes = [
        ...(missing === 'hset' ? [] : ['a', 2, '*', 'set', 'new', 'b', 2, '*', 'set', 'new']),
        ...['', 1, '*', 'set', 'new'],
        ...(missing === 'hset' ? ['a', 2, '*', 'set', 'new'] : ['c', 2, '*', 'remove', '']),
      ]
      const failure = await ann.eval(OLD, 2, 'live', 'beside', 'channel:', ...writes).then(
        () => undefined,
        (error: unknown) => redisFailure('redis', error),
      )
      expect(failure).toMatchObject({ kind: 'refused' })
      expect(await admin.get('live')).toBe('old')
      // What cannot be removed is the one thing that stays, where the right to remove is what lacks.
      expect(await admin.hgetall('beside')).toEqual({
        ...{ a: 'old', c: 'old' },
        ...(missing === 'hdel' && { b: 'new' }),
      })
      ann.disconnect()
      admin.disconnect()
      await server.end()
    },
  )
})
