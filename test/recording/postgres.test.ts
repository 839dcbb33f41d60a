import type { Store } from '../../src/recording/store'
import { postgresStore } from '../../src/recording/postgres'
import { storeContract } from '../contracts/store'
import { startPostgres, type PostgresServer } from '../support/postgres'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.end())

const opened: Store[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()))
})

function storeAt(url: string): Store {
  const store = postgresStore(url)
  opened.push(store)
  return store
}

storeContract('in PostgreSQL', async () => {
  const url = await server.database()
  return { store: storeAt(url), again: () => storeAt(url) }
})
