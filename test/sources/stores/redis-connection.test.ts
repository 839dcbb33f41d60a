/** What is heard of the socket of a client of Redis. */
import { EventEmitter } from 'node:events'
import type { Redis } from 'ioredis'
import { connected } from '../../../src/sources/stores/redis-connection'

test('a socket that has another error after the first ends no process, and the first is why', async () => {
  const stream = new EventEmitter()
  const refused = new Error('certificate has expired')
  const client = Object.assign(new EventEmitter(), {
    stream,
    status: 'connecting',
    disconnect: () => undefined,
    async connect() {
      // As ioredis does: it hears one error.
      stream.once('error', (error: unknown) => client.emit('error', error))
      stream.emit('error', refused)
      throw new Error('Connection is closed.')
    },
  })

  await expect(connected(client as unknown as Redis)).rejects.toBe(refused)
  expect(() => stream.emit('error', new Error('tlsv1 alert decode error'))).not.toThrow()
})
