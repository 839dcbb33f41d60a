/** What every store does whose URL names several hosts. */
import type { KeyStore } from '../../src/sources/key-store'
import { openedSource } from '../../src/sources/keyed/source'
import { eventually } from '../support/eventually'
import { RecordingSink } from '../support/recording-sink'
import { freePort } from '../support/server-process'
import { TcpProxy } from '../support/tcp-proxy'

const A = 'feature_a: on\n'
const B = 'feature_a: on\nfeature_b: on\n'
const NEVER = 2 ** 31 - 1

/** `port`: of a server that all hosts lead to. */
export function severalHostsContract(
  name: string,
  open: (hosts: string) => KeyStore,
  port: () => number,
): void {
  describe(name, () => {
    const ways: TcpProxy[] = []
    const closing: { close(): Promise<void> }[] = []
    beforeEach(async () => {
      ways.push(await TcpProxy.start(port()), await TcpProxy.start(port()))
      await put(A)
    })
    afterEach(async () => {
      await Promise.all(closing.splice(0).map((one) => one.close()))
      await Promise.all(ways.splice(0).map((one) => one.close()))
    })

    async function put(text: string): Promise<void> {
      const store = open(`127.0.0.1:${port()}`)
      await store.write([{ key: '', bytes: Buffer.from(text) }])
      await store.close()
    }
    /** Listens through several hosts, and looks by itself only where it is to. */
    const listening = async (hosts: readonly number[]): Promise<RecordingSink> => {
      const sink = new RecordingSink()
      const at = hosts.map((one) => `127.0.0.1:${one}`).join(',')
      const source = openedSource('source', () => open(at), {
        pollMs: NEVER,
        unwatchedPollMs: NEVER,
      })
      closing.push(source)
      await source.open(sink)
      await eventually('it listens', () => source.watch.mode === 'events+poll')
      return sink
    }
    const isNoticed = async (sink: RecordingSink): Promise<void> => {
      await put(B)
      await eventually('the change is noticed', () => sink.texts.at(-1) === B)
    }
    const portOf = (way: number): number => ways[way]?.port ?? 0

    it.each([0, 1])('passes over the dead one, as number %i of two', async (place) => {
      const hosts = [portOf(0)]
      hosts.splice(place, 0, await freePort())
      const sink = await listening(hosts)
      expect(sink.texts).toEqual([A])
      await isNoticed(sink)
      expect(sink.failures).toEqual([])
    })

    it.each([0, 1])(
      'passes over one that swallows what it gets, as number %i of two',
      async (i) => {
        ways[i]?.cut()
        const sink = await listening([portOf(0), portOf(1)])
        expect(sink.texts.at(-1)).toBe(A)
        await isNoticed(sink)
      },
    )

    it('goes on with the other when the one that it has ends', async () => {
      const sink = await listening([portOf(0), portOf(1)])
      const used = ways.filter(({ connections }) => connections > 0)
      expect(used.length).toBeGreaterThan(0)
      const [first] = used
      ways.splice(0, 2, ...ways.filter((one) => one !== first))
      await first?.close()
      await put(B)
      await eventually('the change is read', () => sink.texts.at(-1) === B)
    })
  })
}
