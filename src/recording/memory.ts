import { MemoryStore } from './internal/memory-store'
import type { Store } from './store'

/** Records in this process alone, all of them, until it ends: for tests and to try things out. Needs no package. */
export function memoryStore(): Store {
  return new MemoryStore()
}
