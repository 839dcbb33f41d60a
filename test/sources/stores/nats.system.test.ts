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
      const results = await Promise.all(stores.map((store) => store.write([create])))
      expect(results.filter(({ written }) => written)).toHaveLength(1)
      await Promise.all(stores.map((store) => store.close()))
    }
  })
})
