// The fleet on the pictures of the dashboard: processes that read one store, and acknowledge what they read.
import { type Features, openFeatures } from 'liveflag'
import {
  type KeyStore,
  memoryKeyStore,
  publish,
  publishStaged,
  type StageProgress,
} from 'liveflag/fleet'
import { keySource } from 'liveflag/sources/key-source'

const PROCESSES = 12
/** With it no process of this fleet is well. */
const TOO_MUCH = 99
const LONG_MS = 600_000

const textOf = (percent: number): string => `# The search of the shop.
feature_search_v2:
  description: Ranks by what people bought.
  owner: search
  percent_loggedin: ${percent}
feature_saved_cards: on
`

export interface PicturedFleet {
  /** Of the server that shows it. */
  readonly features: Features
  readonly close: () => Promise<void>
}

/**
 * A history with a generation that was taken back because it made a process ill, and one that has come to
 * its first stage.
 */
export async function openFleet(): Promise<PicturedFleet> {
  const store = memoryKeyStore({ name: 'shop' })
  await publish(store, textOf(5), { by: 'ada', reason: 'Five percent; SEARCH-101' })
  await publish(store, textOf(10), { by: 'ada', reason: 'A tenth' })
  const processes: Features[] = []
  for (let n = 1; n <= PROCESSES; n++)
    processes.push(await openProcess(store, `web-${String(n).padStart(2, '0')}`))
  const bad = { stages: [10, 100], eachMs: LONG_MS, by: 'wendy', reason: 'Everybody' }
  await publishStaged(store, textOf(TOO_MUCH), bad)
  await publish(store, textOf(25), { by: 'gary', reason: 'A quarter; SEARCH-118' })
  const stop = new AbortController()
  const ended = await stagedSoFar(store, stop.signal)
  const features = await openFeatures({ source: keySource(store) })
  const close = async (): Promise<void> => {
    stop.abort()
    await ended()
    for (const one of processes) await one.close()
  }
  return { features, close }
}

async function openProcess(store: KeyStore, host: string): Promise<Features> {
  // It is asked how it is before it is open, too.
  const opened: { features?: Features } = {}
  const health = () =>
    JSON.stringify(opened.features?.definition('search_v2')?.value)?.includes(String(TOO_MUCH))
      ? { isHealthy: false, message: '5xx at 4 %' }
      : { isHealthy: true }
  const features = await openFeatures({ source: keySource(store, { fleet: { host, health } }) })
  opened.features = features
  features.on('problem', () => undefined)
  return features
}

/** Resolves when all processes of the first stage have it, with what waits for the end of the stages. */
async function stagedSoFar(store: KeyStore, signal: AbortSignal): Promise<() => Promise<unknown>> {
  let confirmed: () => void
  const first = new Promise<void>((resolve) => (confirmed = resolve))
  const onStage = (progress: StageProgress): void =>
    progress.confirmed > 0 && progress.confirmed === progress.asked ? confirmed() : undefined
  const stages = publishStaged(store, textOf(50), {
    ...{ stages: [10, 50, 100], eachMs: LONG_MS, by: 'gary', reason: 'Half; SEARCH-118' },
    ...{ signal, onStage },
  })
  await Promise.race([first, stages])
  return () => stages
}
