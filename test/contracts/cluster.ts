/** What is published to several servers that keep one store together. */
import { publish } from '../../src/fleet/publish'
import { published } from '../../src/fleet/fleet'
import type { KeyStore } from '../../src/sources/key-store'
import { openedSource } from '../../src/sources/keyed/source'
import { chainOf } from '../support/chain'
import { eventually } from '../support/eventually'
import { isLongRun } from '../support/long-run'
import { RecordingSink } from '../support/recording-sink'
import type { ServerProcess } from '../support/server-process'

/** Servers of NATS take ten seconds where they have time, and many more on a busy machine. */
const ELECTED_MS = 80_000

export interface ClusterScene {
  start(): Promise<readonly ServerProcess[]>
  open(hosts: string): KeyStore
  /** How many servers end, one after another. */
  readonly ends: number
  /** It takes so long to choose another leader that it is tried in the long form alone. */
  readonly isSlow?: boolean
}

export function clusterContract(name: string, { start, open, ends, isSlow }: ClusterScene): void {
  const tried = isSlow === true && !isLongRun ? test.skip : test
  tried(
    `${name}: what is published while servers end is lost by none, and known to all`,
    async () => {
      const servers = await start()
      const hosts = servers.map(({ port }) => `127.0.0.1:${port}`).join(',')
      const store = open(hosts)
      const sink = new RecordingSink()
      const source = openedSource('source', () => open(hosts), { unwatchedPollMs: 500 })
      const acknowledged: number[] = []
      let isOver = false
      let text = 'feature_n: on\n'
      let last: unknown
      const publishOne = async (): Promise<void> => {
        const result = await publish(store, text).catch((error: unknown) => void (last = error))
        if (result?.kind === 'published') acknowledged.push(result.generation)
        else last = result ?? last
      }
      const more = async (count: number): Promise<void> => {
        const before = acknowledged.length
        const goesOn = (): boolean => acknowledged.length >= before + count
        await eventually('it goes on', goesOn, ELECTED_MS).catch((cause: unknown) => {
          throw new Error(`it does not go on: ${JSON.stringify(last)} ${String(last)}`, { cause })
        })
      }
      await eventually('there is one', async () => (await publishOne(), acknowledged.length > 0))
      await source.open(sink)
      const publishing = (async () => {
        for (let i = 0; !isOver; i++) {
          text = `feature_n: {users: [n${i}]}\n`
          await publishOne()
        }
      })()
      try {
        await more(5)
        for (const server of servers.slice(0, ends)) {
          await server.kill()
          await more(5)
          await server.start()
          await more(5)
        }
      } finally {
        isOver = true
        await publishing
      }
      const chain = await chainOf(store)
      expect(acknowledged.filter((generation) => !chain.includes(generation))).toEqual([])
      const head = (await published(store)).text
      await eventually('the reader has the last', () => sink.texts.at(-1) === head, ELECTED_MS)
      await Promise.all([source.close(), store.close()])
      await Promise.all(servers.map((one) => one.end()))
    },
    300_000,
  )
}
