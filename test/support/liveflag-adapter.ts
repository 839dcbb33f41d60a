import { file, openFeatures, worldOf, type Features as Engine } from '../../src'
import { liveConfigDialect, numberOf, type Adapter, type Features, type Handle, type StartOptions, type Told } from '../contracts/reload'

/** Puts the real engine over real files through the reload conformance kit. */
export const liveflagAdapter: Adapter = { name: 'liveflag', dialect: liveConfigDialect, start }

async function start(paths: readonly string[], options: StartOptions): Promise<Handle> {
  const { watching, pollMs, allowEmpty = false, endMarker } = options
  const engine = await openFeatures({
    source: paths.map((path) => file(path, {
      events: watching !== 'poll',
      pollMs: watching === 'events' ? 0 : pollMs,
      ...(options.softLimitBytes === undefined ? {} : { softLimitBytes: options.softLimitBytes }),
      ...(options.hardLimitBytes === undefined ? {} : { hardLimitBytes: options.hardLimitBytes })
    })),
    guards: { allowEmpty, ...(endMarker === undefined ? {} : { endMarker }) }
  })
  const events: Told[] = []
  engine.on('change', ({ added, changed, removed, generation }) => events.push({ type: 'change', added, changed, removed, generation }))
  // Listened to, so that it does not go to the process's warnings.
  engine.on('problem', () => undefined)
  engine.on('stale', () => events.push({ type: 'stale' }))
  engine.on('ready', () => events.push({ type: 'ready' }))
  return {
    read: () => served(engine),
    status: () => {
      const { status, generation, hash, ageMs, problems } = engine.snapshot
      return { status, generation, contentHash: hash, ageMs: ageMs ?? 0, problems }
    },
    events,
    standing: (name) => {
      const { names, heldBack, rejected } = engine.snapshot
      if (heldBack.includes(name)) return 'held back'
      if (names.includes(name)) return 'in force'
      return rejected.includes(name) ? 'rejected' : 'absent'
    },
    close: () => engine.close()
  }
}

const users = new Map<string, ReturnType<typeof worldOf>>()

/** One World for each bit, made once: the kit reads every few milliseconds. */
function asked(user: string): ReturnType<typeof worldOf> {
  const known = users.get(user)
  if (known !== undefined) return known
  const world = worldOf({ user: { id: `t2_${user}`, name: user } })
  users.set(user, world)
  return world
}

function served(engine: Engine): Features {
  return Object.fromEntries(engine.snapshot.names.map((name) => [name, numberOf((user) => engine.for(asked(user)).isEnabled(name))]))
}
