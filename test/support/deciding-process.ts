// A process that decides and exposes: `config store redis units`. `store` is the URL of a database, or
// `memory`; `redis` a URL, or empty. It says `ready`, and when it hears a line what it answered.
import { createDecider, exposureRecorder, memoryStore, redisAnswers } from '../../src/decide/decide'
import type { Exposure } from '../../src/engine/exposure'
import { openFeatures } from '../../src/engine/features'
import { worldOf } from '../../src/core/world'

const [config = '', store = '', redis = '', units = '0'] = process.argv.slice(2)
const ids = Array.from({ length: Number(units) }, (_, i) => `u${i}`)

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
    timeoutMs: 20_000,
    onError: (error) => void process.stderr.write(`${String(error)}\n`),
  })
  record.expose = exposureRecorder(decider.writer)
  await decider.decide('exp', 'warm')
  process.stdout.write('ready\n')
  await new Promise((resolve) => process.stdin.once('data', resolve))
  const answers = await Promise.all(ids.map((id) => decider.decideAll(['exp', 'other'], id)))
  for (const id of ids) {
    const request = features.for(worldOf({ user: { id } }))
    for (const name of ['exp', 'other']) request.variant(name)
  }
  await decider.close()
  await features.close()
  const said = answers.map((both) =>
    both.map(({ variantId, value, reason }) => [variantId, value, reason]),
  )
  process.stdout.write(`${JSON.stringify(said)}\n`)
  process.stdin.destroy()
}

void run()
