// A process that decides and exposes: `config store redis units most`. `store` is the URL of a database,
// or `memory`; `redis` a URL, or empty; `most` how many experiments a subject may be in. It says
// `ready`, and to each line of names what it answered.
import { createInterface } from 'node:readline'
import { createDecider, exposureRecorder, memoryStore, redisAnswers } from '../../src/decide/decide'
import type { Exposure } from '../../src/engine/exposure'
import { openFeatures } from '../../src/engine/features'
import { worldOf } from '../../src/core/world'

const [config = '', store = '', redis = '', units = '0', most = '3'] = process.argv.slice(2)
const ids = Array.from({ length: Number(units) }, (_, i) => `u${i}`)

const AT_ONCE = 20

async function run(): Promise<void> {
  const record: { expose?: ReturnType<typeof exposureRecorder> } = {}
  const features = await openFeatures({
    source: config,
    onExposure: (exposure: Exposure, entry) => record.expose?.(exposure, entry),
  })
  const decider = createDecider({
    features,
    store: store === 'memory' ? memoryStore() : store,
    ...(redis !== '' && { answers: redisAnswers(redis) }),
    limits: { maxConcurrent: Number(most), cooldownDays: 7 },
    timeoutMs: 20_000,
    onError: (error) => void process.stderr.write(`${String(error)}\n`),
  })
  record.expose = exposureRecorder(decider.writer)
  await decider.decide('exp', 'warm')
  process.stdout.write('ready\n')
  for await (const line of createInterface(process.stdin)) {
    const names = line.split(' ')
    const answers: Awaited<ReturnType<typeof decider.decideAll>>[] = []
    // On a busy machine shared answers come too late for all of them at once, and then nobody waits for them.
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const some = ids.slice(from, from + AT_ONCE)
      answers.push(...(await Promise.all(some.map((id) => decider.decideAll(names, id)))))
    }
    for (const id of ids) {
      const request = features.for(worldOf({ user: { id } }))
      for (const name of names) request.variant(name)
    }
    const said = answers.map((each) =>
      each.map(({ variantId, value, reason }) => [variantId, value, reason]),
    )
    await decider.writer.written()
    process.stdout.write(`${JSON.stringify(said)}\n`)
  }
  await decider.close()
  await features.close()
}

void run()
