import { exposureRecorder } from '../../decide/recorders'
import { LiveflagError } from '../../core/errors'
import { badOption } from '../../core/options'
import type { Source } from '../../core/source'
import { type Features, openFeatures } from '../../engine/features'
import type { FeaturesOptions } from '../../engine/options'
import { createDecider, type Decider } from '../../decide/decider'
import { createServer } from '../../server/create-server'
import type { ServerOptions } from '../../server/options'
import { recordsIn } from '../../server/records'
import { ServerMetrics } from '../../server/server-metrics'
import { followed, type FollowFlags, withFollowing } from '../followed'
import { withGatesLayer } from '../gates-layer'
import { type Reading, startProblem } from '../live-config-file'
import { Output } from '../output'
import { serverSettings, type SettingFlags, USUAL_DB } from '../server-settings'
import { isUrl, sourceAt } from '../sources'
import { type ExitCode, OK, type Terminal } from '../terminal'

export type ServeFlags = Reading & SettingFlags & FollowFlags

const CALL = 'serve'

/** `liveflag serve`: answers over HTTP until it is interrupted. */
export async function serve(
  paths: readonly string[],
  flags: ServeFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const settings = withFollowing(flags, await serverSettings(flags, terminal), terminal.env)
  const output = new Output(terminal)
  const interruption = terminal.interruption()
  const interrupted = new Promise<void>((resolve) => {
    if (interruption.aborted) resolve()
    interruption.addEventListener('abort', () => resolve(), { once: true })
  })
  const { paths: read, gatesInto } = await withGatesLayer(CALL, paths, settings)
  const opened = await open(read, flags, settings, terminal)
  try {
    const server = await createServer(opened.features, {
      ...settings,
      gatesInto,
      decider: opened.decider,
      registry: opened.metrics.registry,
      onAnswer: opened.metrics.answered,
      logTo: terminal.stderr,
    })
    output.line(`liveflag is listening on ${server.url}`)
    await interrupted
    await server.close()
  } finally {
    await opened.decider.close()
    await opened.features.close()
  }
  return OK
}

interface Opened {
  readonly features: Features
  readonly decider: Decider
  readonly metrics: ServerMetrics
}

/**
 * Exposures go to the decider's writer, and the decider needs the features, so each refers to the
 * other.
 */
async function open(
  paths: readonly string[],
  flags: ServeFlags,
  settings: ServerOptions,
  terminal: Terminal,
): Promise<Opened> {
  const { db = USUAL_DB, records } = settings
  const recording: { expose?: ReturnType<typeof exposureRecorder> } = {}
  const metrics = new ServerMetrics()
  const upstream = followed(flags, db, terminal.env)
  const features = await opening(paths, upstream, flags, terminal, {
    onExposure: (exposure, entry) => recording.expose?.(exposure, entry),
    ...metrics.forFeatures,
  })
  const decider = createDecider({
    features,
    store: recordsIn(db, records),
    onError: ({ message }) => logError(terminal, message),
    ...metrics.forDecider,
  })
  metrics.watch(features, decider)
  recording.expose = exposureRecorder(decider.writer)
  return { features, decider, metrics }
}

/** Writes an error as a line of the log, in the shape of the others. */
const logError = ({ stderr, now }: Terminal, problem: string): void =>
  void stderr.write(
    `${JSON.stringify({ level: 50, time: now().toISOString(), problem, msg: 'records failed' })}\n`,
  )

async function opening(
  paths: readonly string[],
  upstream: readonly Source[],
  flags: ServeFlags,
  terminal: Terminal,
  watching: Pick<FeaturesOptions, 'onExposure' | 'onMetric'>,
): Promise<Features> {
  const { compat } = flags
  const source = [
    ...upstream,
    ...(await Promise.all(paths.map((path) => sourceAt(path, flags, CALL)))),
  ]
  if (source.length === 0)
    throw badOption(CALL, 'SOURCE', 'missing', 'a live config, or the server to --follow')
  try {
    return await openFeatures({ source, ...watching, ...(compat && { compat }) })
  } catch (error) {
    const [only] = paths
    const isOneFile = paths.length === 1 && only !== undefined && !isUrl(only)
    const problem =
      isOneFile && error instanceof LiveflagError && error.code === 'LIVEFLAG_NO_CONFIG'
        ? await startProblem(only, flags, terminal.stdin, error)
        : undefined
    throw problem ?? error
  }
}
