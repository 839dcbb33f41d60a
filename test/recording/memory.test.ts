import { memoryStore } from '../../src/recording/memory'
import { storeContract } from '../contracts/store'

storeContract('in memory', async () => {
  const store = memoryStore()
  return { store, again: () => store }
})
