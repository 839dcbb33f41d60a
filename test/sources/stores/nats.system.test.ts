import { type KeyStore, StoreError, type WriteResult } from '../../../src/sources/key-store'
import { natsKeyStore } from '../../../src/sources/nats'
import { startNats } from '../../support/nats'
import type { ServerProcess } from '../../support/server-process'
import { describeWith } from '../../support/with-program'

describeWith('nats-server', 'a bucket that nobody has made yet', (program) => {
  let server: ServerProcess
  beforeAll(async () => {
    server = await startNats(program)
  })
  afterAll(() => server.end())

  it('is made by the first of several that write at once, and none of them fails', async () => {
    for (let round = 0; round < 15; round++) {
      const url = `nats://127.0.0.1:${server.port}/bucket-${round}/live`
      const stores = Array.from({ length: 4 }, () => natsKeyStore(url))
      const create = { key: 'history/000000001', bytes: Buffer.from('{}'), basedOn: null }
      // A connection that breaks while it is made is another matter: whoever writes calls again.
      const write = (store: KeyStore): Promise<WriteResult> =>
        store.write([create]).catch((error: unknown) => {
          if (!(error instanceof StoreError) || error.kind !== 'unreachable') throw error
          return store.write([create])
        })
      const results = await Promise.all(stores.map(write))
      expect(results.filter(({ written }) => written)).toHaveLength(1)
      await Promise.all(stores.map((store) => store.close()))
    }
  })
})
