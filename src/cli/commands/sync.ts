import { realpath } from 'node:fs/promises'
import { LiveflagError } from '../../core/errors'
import { badOption } from '../../core/options'
import type { Source } from '../../core/source'
import { clearInterval, setInterval } from '../../runtime/timers'
import { keepAliveDuring, sleep } from '../../runtime/wait'
import type { FleetOptions } from '../../sources/key-source'
import { isStoreUrl, openKeySource } from '../../sources/open-key-store'
import { fileDefaults } from '../../sources/paths'
import { filesIn } from '../input'
import type { Reading } from '../live-config-file'
import { numberOf } from '../../analysis/asked-figures'
import { Output } from '../output'
import { isUrl, sourceAt } from '../sources'
import { Follower } from '../sync/follower'
import { serveHealth } from '../sync/health'
import { Lock } from '../sync/lock'
import { type MemberFlags, memberOf } from '../sync/member'
import { SyncJournal } from '../sync/journal'
import { SyncedFile } from '../sync/synced-file'
import { type ExitCode, OK, PROBLEMS, type Terminal } from '../terminal'
import { waitOf } from '../time-argument'

export interface SyncFlags extends Reading, MemberFlags {
  readonly from?: string
  readonly once?: boolean
  readonly timeout?: string
  readonly maxAge?: string
  readonly allowShrink?: boolean
  readonly mode?: string
  readonly healthPort?: string
  readonly healthHost?: string
  readonly statusEvery?: string
  readonly json?: boolean
}

const CALL = 'sync'

/** `liveflag sync`: keeps a file as a source says, until it is interrupted. */
export async function sync(path: string, flags: SyncFlags, terminal: Terminal): Promise<ExitCode> {
  const settings = settingsOf(flags)
  let follower: Follower | undefined
  const source = await sourceOf(path, flags, () => follower)
  const journal = new SyncJournal(new Output(terminal), terminal.now, flags.json === true)
  const lock = await Lock.of(path)
  try {
    const file = new SyncedFile(path, settings.mode, () => lock.isHeld())
    await file.open()
    const format = flags.format ?? fileDefaults(path).format
    const { compat } = flags
    const allow = flags.allowShrink ? (['shrink'] as const) : []
    const options = { from: source.name, format, allow, ...(compat && { compat }) }
    follower = new Follower(file, options, journal)
    return await new Sync(source, follower, lock, settings, terminal).run(journal)
  } finally {
    await lock.release()
  }
}

interface Settings {
  readonly mode: number
  readonly isOnce: boolean
  readonly timeoutMs: number
  readonly maxAgeMs: number
  readonly beatMs: number
  readonly health?: { readonly host: string; readonly port: number }
}

function settingsOf(flags: SyncFlags): Settings {
  const { mode = '644', healthHost = '127.0.0.1', statusEvery = '5s', timeout = '30s' } = flags
  if (!/^0?[0-7]{3}$/.test(mode)) throw badOption(CALL, '--mode', mode, 'a mode such as 644')
  const port = numberOf('--health-port', flags.healthPort)
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536))
    throw badOption(CALL, '--health-port', flags.healthPort, 'a port from 0 to 65535')
  return {
    mode: Number.parseInt(mode, 8),
    isOnce: flags.once === true,
    timeoutMs: timeOf('--timeout', timeout),
    maxAgeMs: maxAgeOf(flags),
    beatMs: timeOf('--status-every', statusEvery),
    ...(port !== undefined && { health: { host: healthHost, port } }),
  }
}

function timeOf(option: string, text: string): number {
  const ms = waitOf(CALL, option, text)
  if (ms === 0) throw badOption(CALL, option, text, 'a time: 30s, 5m or 2h')
  return ms
}

function maxAgeOf({ maxAge }: SyncFlags): number {
  if (maxAge === undefined) return Infinity
  const ms = timeOf('--max-age', maxAge)
  if (ms < LEAST_MAX_AGE_MS) throw badOption(CALL, '--max-age', maxAge, 'a time of 1s or more')
  return ms
}

async function sourceOf(
  path: string,
  flags: SyncFlags,
  follower: () => Follower | undefined,
): Promise<Source> {
  const { from } = flags
  if (path === '-') throw badOption(CALL, 'FILE', path, 'a file, which others then read')
  if (isUrl(path)) throw badOption(CALL, 'FILE', 'a URL', 'a file, which others then read')
  if ((await filesIn(path)) !== undefined)
    throw badOption(CALL, 'FILE', path, 'a file; this is a directory')
  if (from === undefined)
    throw badOption(CALL, '--from', 'missing', 'the URL of a source, or a file')
  const isItself = async (): Promise<boolean> =>
    (await realpath(from).catch(() => from)) === (await realpath(path).catch(() => path))
  if (await isItself()) throw badOption(CALL, '--from', from, 'another file than the one to write')
  if ((await filesIn(from)) !== undefined)
    throw badOption(CALL, '--from', from, 'a source of one text; a directory has several')
  const member = memberIn(path, flags, follower)
  const { format } = flags
  return member
    ? openKeySource(from, { fleet: member, ...(format && { format }) })
    : sourceAt(from, { ...flags, keepAlive: true }, CALL)
}

/** Undefined: the file has what is published, and says nothing of itself. */
function memberIn(
  path: string,
  flags: SyncFlags,
  follower: () => Follower | undefined,
): FleetOptions | undefined {
  const { fleet, healthUrl, from = '', once } = flags
  if (fleet === undefined && healthUrl !== undefined)
    throw bad('--health-url is asked for the stages of a fleet; add --fleet')
  if (fleet === undefined) return undefined
  if (once) throw bad('--once ends before a stage does; leave out --fleet')
  if (!isStoreUrl(from))
    throw bad(
      '--fleet is about a store, in which generations are staged; leave it out for this --from',
    )
  if (healthUrl !== undefined) checkHealthUrl(healthUrl)
  return memberOf(path, flags, follower)
}

function checkHealthUrl(url: string): void {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    throw badOption(CALL, '--health-url', url, 'an http or https URL')
  const { username, password } = new URL(url)
  if (username !== '' || password !== '')
    throw bad(
      '--health-url has a user or a password, with which it is not asked; give a URL that answers without a login',
    )
}

const bad = (message: string): LiveflagError => new LiveflagError('LIVEFLAG_BAD_OPTION', message)

/** One run of the command. */
class Sync {
  private isHeld = true

  constructor(
    private readonly source: Source,
    private readonly follower: Follower,
    private readonly lock: Lock,
    private readonly settings: Settings,
    private readonly terminal: Terminal,
  ) {}

  async run(journal: SyncJournal): Promise<ExitCode> {
    const { health } = this.settings
    const { follower } = this
    await follower.begin()
    const isAlive = (): boolean => this.isHeld
    const isReady = (): boolean => this.isHeld && follower.isReady(this.settings.maxAgeMs)
    const probed = {
      isAlive,
      isReady,
      get status() {
        return follower.status
      },
    }
    const server = health && (await serveHealth(probed, health))
    if (server) journal.listening(server.url)
    try {
      return await keepAliveDuring(this.settings.isOnce ? this.once() : this.follow())
    } finally {
      await this.source.close()
      await follower.end()
      await server?.close()
    }
  }

  /** Until the file is what the source says, or the time is up. */
  private async once(): Promise<ExitCode> {
    const over = new AbortController()
    const interruption = this.terminal.interruption()
    interruption.addEventListener('abort', () => over.abort(), { once: true })
    void sleep(this.settings.timeoutMs, { keepAlive: true, signal: over.signal }).then(() =>
      over.abort(),
    )
    const isDone = (): boolean => this.follower.status.state === 'fresh'
    void this.source.open(this.follower.sink)
    while (!isDone() && !over.signal.aborted)
      await sleep(LOOK_MS, { keepAlive: true, signal: over.signal })
    over.abort()
    return isDone() ? OK : PROBLEMS
  }

  private async follow(): Promise<ExitCode> {
    const ended = new AbortController()
    const end = (): void => ended.abort()
    const interruption = this.terminal.interruption()
    if (interruption.aborted) end()
    interruption.addEventListener('abort', end, { once: true })
    const over = new Promise<void>((resolve) =>
      ended.signal.addEventListener('abort', () => resolve(), { once: true }),
    )
    const beats = setInterval(
      () => void this.beat().then((isHeld) => isHeld || end()),
      this.settings.beatMs,
    )
    const { maxAgeMs } = this.settings
    const lookMs = Math.min(LONGEST_LOOK_MS, maxAgeMs / LOOKS_IN_AN_AGE)
    const looks = maxAgeMs === Infinity ? undefined : setInterval(() => void this.look(), lookMs)
    try {
      await Promise.race([this.source.open(this.follower.sink), over])
      if (!ended.signal.aborted) await over
    } finally {
      clearInterval(beats)
      if (looks) clearInterval(looks)
    }
    if (this.isHeld) return OK
    throw new LiveflagError(
      'LIVEFLAG_IN_USE',
      'another sync has taken this file over, because this one did not run for a minute; see which of the two is to write it',
    )
  }

  /**
   * A source that is watched reads seldom, and a file must not be too old for that alone. One that
   * fails is tried again as often as the source itself means to.
   */
  private async look(): Promise<void> {
    if (this.follower.isFresh) await this.source.check()
  }

  private async beat(): Promise<boolean> {
    if (!(await this.lock.isHeld())) return (this.isHeld = false)
    await this.lock.renew()
    await this.follower.beat()
    return true
  }
}

const LOOK_MS = 20
/** So that one look that is lost or late does no harm. */
const LOOKS_IN_AN_AGE = 3
const LONGEST_LOOK_MS = 60_000
const LEAST_MAX_AGE_MS = 1000
