import { readFileSync, watch } from 'node:fs'
import { bitsOf, liveConfigDialect, type Adapter, type Features } from '../contracts/reload'

/** What most programs do: watch the file itself, read it when something happens, keep the old on an error. JSON only. */
export const naiveAdapter: Adapter = {
  name: 'fs.watch on the file itself',
  dialect: liveConfigDialect,
  start: async ([path = '']) => {
    let served = parse(readFileSync(path, 'utf8'))
    const watcher = watch(path, { persistent: false }, () => {
      try {
        served = parse(readFileSync(path, 'utf8'))
      } catch {
        // Kept as it was.
      }
    })
    return { read: () => served, close: async () => watcher.close() }
  }
}

const VALUES = new Map(Array.from({ length: 4096 }, (_, value) => [bitsOf(value).join(), value]))

function parse(text: string): Features {
  const entries = Object.entries(JSON.parse(text) as Record<string, { users: string[] }>)
  return Object.fromEntries(entries.map(([key, { users }]) => [key.slice('feature_'.length), VALUES.get(users.join()) ?? 0]))
}
