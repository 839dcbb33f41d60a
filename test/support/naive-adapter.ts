import { readFileSync, unwatchFile, watch, watchFile } from 'node:fs'
import { readFile } from 'node:fs/promises'
import {
  bitsOf,
  liveConfigDialect,
  type Adapter,
  type ServedFeatures as Features,
} from '../../src/testing/testing'

/**
 * What most programs do: watch the file itself, read it when something happens, keep the old on an
 * error. JSON only.
 */
export const naiveAdapter = noticingBy('fs.watch on the file', (path, noticed) => {
  const watcher = watch(path, { persistent: false }, noticed)
  return () => watcher.close()
})

/** The other thing that programs do, at Node's own slice of 5 s. */
export const pollingAdapter = noticingBy('fs.watchFile', (path, noticed) => {
  watchFile(path, { persistent: false }, noticed)
  return () => unwatchFile(path, noticed)
})

function noticingBy(
  name: string,
  notice: (path: string, noticed: () => void) => () => void,
): Adapter {
  return {
    name,
    dialect: liveConfigDialect,
    start: async ([path = '']) => {
      let served = parse(readFileSync(path, 'utf8'))
      const take = (text: string): void => {
        served = parse(text)
      }
      const stop = notice(
        path,
        () =>
          void readFile(path, 'utf8')
            .then(take)
            .catch(() => undefined),
      )
      return { read: () => served, close: async () => stop() }
    },
  }
}

const VALUES = new Map(Array.from({ length: 4096 }, (_, value) => [bitsOf(value).join(), value]))

function parse(text: string): Features {
  const entries = Object.entries(JSON.parse(text) as Record<string, { users: string[] }>)
  return Object.fromEntries(
    entries.map(([key, { users }]) => [
      key.slice('feature_'.length),
      VALUES.get(users.join()) ?? 0,
    ]),
  )
}
