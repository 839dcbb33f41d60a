import { dirname } from 'node:path'
import {
  directory,
  type DirectoryOptions,
  file,
  openFeatures,
  worldOf,
  type Features as Engine,
  type Source,
} from '../../src'
import {
  liveConfigDialect,
  numberOf,
  type Adapter,
  type ServedFeatures,
  type Handle,
  type StartOptions,
  type ReportedEvent,
} from '../../src/testing/testing'

/** Puts the real engine over real files through the reload conformance kit. */
export const liveflagAdapter: Adapter = {
  name: 'liveflag',
  dialect: liveConfigDialect,
  start: (paths, options) =>
    start(
      paths.map((path) => file(path, watching(options))),
      options,
    ),
  startDirectory: (path, options) => start([directory(path, watching(options))], options),
}

/** The same patterns, the file being the only one of a watched directory. */
export const directoryAdapter: Adapter = {
  ...liveflagAdapter,
  name: 'a directory',
  start: (paths, options) =>
    start(
      [...new Set(paths.map(dirname))].map((path) => directory(path, watching(options))),
      options,
    ),
}

function watching({
  watching,
  pollMs,
  softLimitBytes,
  hardLimitBytes,
}: StartOptions): DirectoryOptions {
  return {
    events: watching !== 'poll',
    pollMs: watching === 'events' ? 0 : pollMs,
    ...(softLimitBytes === undefined ? {} : { softLimitBytes }),
    ...(hardLimitBytes === undefined ? {} : { hardLimitBytes }),
  }
}

async function start(
  source: readonly Source[],
  { allowEmpty = false, endMarker }: StartOptions,
): Promise<Handle> {
  const engine = await openFeatures({
    source,
    guards: { allowEmpty, ...(endMarker === undefined ? {} : { endMarker }) },
  })
  const events: ReportedEvent[] = []
  engine.on('change', ({ added, changed, removed, generation }) =>
    events.push({ type: 'change', added, changed, removed, generation }),
  )
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
    close: () => engine.close(),
  }
}

const users = new Map<string, ReturnType<typeof worldOf>>()

/** One World for each bit, made once: the kit reads every few milliseconds. */
function worldOfUser(user: string): ReturnType<typeof worldOf> {
  const known = users.get(user)
  if (known !== undefined) return known
  const world = worldOf({ user: { id: `t2_${user}`, name: user } })
  users.set(user, world)
  return world
}

function served(engine: Engine): ServedFeatures {
  const requests = new Map<string, ReturnType<Engine['for']>>()
  const requestOf = (user: string): ReturnType<Engine['for']> => {
    const request = requests.get(user) ?? engine.for(worldOfUser(user))
    requests.set(user, request)
    return request
  }
  return Object.fromEntries(
    engine.snapshot.names.map((name) => [
      name,
      numberOf((user) => requestOf(user).isEnabled(name)),
    ]),
  )
}
