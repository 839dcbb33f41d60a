import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Store } from '../../src/recording/store'
import { sqliteStore } from '../../src/recording/sqlite'
import { storeContract } from '../contracts/store'
import { tempDir } from '../support/temp-dir'

const opened: Store[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()))
})

function storeAt(path: string): Store {
  const store = sqliteStore(path, { synchronous: 'normal' })
  opened.push(store)
  return store
}

storeContract('in SQLite', async () => {
  const path = join(tempDir(), `${randomUUID()}.db`)
  return { store: storeAt(path), again: () => storeAt(path) }
})
