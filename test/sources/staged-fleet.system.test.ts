/** A generation that is staged over real processes, which read it from a real etcd. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { processes, publish, publishStaged } from '../../src/fleet/fleet'
import { drawOf } from '../../src/sources/fleet-records'
import { etcdKeyStore } from '../../src/sources/etcd'
import type { KeyStore } from '../../src/sources/key-store'
import { startEtcd } from '../support/etcd'
import { eventually } from '../support/eventually'
import { sized } from '../support/long-run'
import type { ServerProcess } from '../support/server-process'
import { describeWith } from '../support/with-program'

const COUNT = sized(8, 40)
const OLD = 'feature_a: on\n'
const BAD = 'feature_a: on\nfeature_b: on\n'
const GOOD = 'feature_a: on\nfeature_c: on\n'
const stages = { stages: [20, 60, 100], eachMs: 300, limitMs: 20_000, ackWithinMs: 20_000 }

interface Member {
  readonly host: string
  readonly child: ChildProcess
  readonly said: string[]
}

function startMember(url: string, host: string): Member {
  const script = join(__dirname, '../support/staged-process.cjs')
  const child = spawn(process.execPath, [script, url, host], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => said.push(line))
  return { host, child, said }
}

describeWith('etcd', 'a fleet on etcd', (program) => {
  let server: ServerProcess
  let store: KeyStore
  let members: readonly Member[] = []
  const allSay = (answer: string): Promise<void> =>
    eventually(
      `all say ${answer}`,
      () => members.every(({ said }) => said.at(-1) === answer),
      30_000,
    )

  beforeAll(async () => {
    server = await startEtcd(program)
    const url = `etcd://127.0.0.1:${server.port}/live`
    store = etcdKeyStore(url)
    await publish(store, OLD)
    members = Array.from({ length: COUNT }, (_, i) => startMember(url, `web-${i}`))
    await allSay('old')
    const areHeard = async (): Promise<boolean> => (await processes(store)).length === COUNT
    await eventually('all have acknowledged', areHeard, 30_000)
  }, 60_000)

  afterAll(async () => {
    await store.close()
    const ended = members.map(({ child }) => new Promise((over) => child.once('exit', over)))
    for (const { child } of members) child.kill('SIGTERM')
    await Promise.all(ended)
    await server.end()
  }, 30_000)

  it('tries a bad generation in the first stage only, and takes it back', async () => {
    const result = await publishStaged(store, BAD, stages)
    expect(result).toMatchObject({ kind: 'withdrawn', reason: expect.stringContaining('b hurts') })
    const generation = result.kind === 'withdrawn' ? result.generation : 0
    const served = members.filter(({ said }) => said.includes('bad'))
    const first = Math.min(...members.map(({ host }) => drawOf(host, generation)))
    const asked = members.filter(({ host }) => drawOf(host, generation) <= Math.max(20, first))
    expect(served.length).toBeGreaterThan(0)
    expect(asked.map(({ host }) => host)).toEqual(
      expect.arrayContaining(served.map(({ host }) => host)),
    )
    await eventually(
      'those are back',
      () => served.every(({ said }) => said.at(-1) === 'old'),
      5000,
    )
  }, 60_000)

  it('takes a good one to every process, and publishes it', async () => {
    const percents: number[] = []
    const result = await publishStaged(store, GOOD, {
      ...stages,
      onStage: ({ percent }) => void percents.push(percent),
    })
    expect(result).toMatchObject({ kind: 'published' })
    await allSay('good')
    expect([...percents]).toEqual([...percents].sort((a, b) => a - b))
    expect(percents.at(-1)).toBe(100)
  }, 60_000)

  it('forgets those that leave', async () => {
    const [one, ...others] = members
    one?.child.kill('SIGTERM')
    const isGone = async (): Promise<boolean> =>
      (await processes(store)).every(({ host }) => host !== one?.host)
    await eventually('it is not waited for', isGone)
    members = others
  })
})
