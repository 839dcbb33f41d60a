import { statSync } from 'node:fs'
import { join } from 'node:path'
import { lengthOf } from '../../analysis/asked-figures'
import { type GatedRamp, gatedRampOf } from '../../analysis/gated-ramp'
import { type Gated, judgeGates } from '../../analysis/gates'
import { minuteOf } from '../../analysis/ramp-now'
import { LiveflagError, messageOf } from '../../core/errors'
import { NO_RAMP_EDITS, resumeOf, withRampEdit } from '../../analysis/ramp-edit'
import type { RampEdit } from '../../experiments/ramp-course'
import type { Metric } from '../../live-config/read-entries'
import type { Store } from '../../recording/store'
import { sleep } from '../../runtime/wait'
import { writeAll } from '../changed-files'
import { createLayer } from '../gates-layer'
import {
  acceptedIn,
  checked,
  problemText,
  type Reading,
  readTexts,
  type Text,
  whyUnread,
} from '../live-config-file'
import { metricsOf } from '../named-experiment'
import { Output, printable } from '../output'
import { openRecords } from '../records'
import { isUrl } from '../sources'
import { type ExitCode, OK, PROBLEMS, type Terminal } from '../terminal'

export interface GatesFlags extends Reading {
  readonly store?: string
  readonly into: string
  readonly resume?: string
  readonly reason?: string
  readonly watch?: boolean
  readonly every?: string
  readonly dryRun?: boolean
  readonly json?: boolean
}

const EVERY_MS = 300_000

/** `liveflag gates`: judges the holds of ramps, and writes what becomes of them into a layer. */
export async function gates(
  path: string,
  flags: GatesFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  if (flags.resume !== undefined) return resume(path, flags.resume, flags, terminal)
  const every = lengthOf('--every', flags.every) ?? EVERY_MS
  const store = await openRecords(flags.store ?? terminal.env.LIVEFLAG_STORE)
  try {
    if (flags.watch !== true) return await once(path, store, flags, terminal)
    const signal = terminal.interruption()
    while (!signal.aborted) {
      await onceMore(path, store, flags, terminal)
      await sleep(every, { signal, keepAlive: true })
    }
    return OK
  } finally {
    await store.close()
  }
}

/** A live config or a layer that cannot be read now may be there in the next round. */
async function onceMore(
  path: string,
  store: Store,
  flags: GatesFlags,
  terminal: Terminal,
): Promise<void> {
  try {
    await once(path, store, flags, terminal)
  } catch (error) {
    if (!(error instanceof LiveflagError)) throw error
    new Output(terminal).complain(messageOf(error))
  }
}

async function once(
  path: string,
  store: Store,
  flags: GatesFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const { ramps, metrics, layer, unread } = await readRamps(path, flags, terminal)
  const now = terminal.now().getTime()
  const found: Gated[] = []
  for (const ramp of ramps) {
    const gated = await judgeGates(store, ramp, { metrics, now })
    if (gated) found.push(gated)
  }
  const edits = found.flatMap(({ feature, edit }) => (edit ? [{ feature, edit }] : []))
  if (flags.dryRun !== true) await write(edits, flags.into, layer)
  const output = new Output(terminal)
  if (flags.json) output.document({ gates: found.map((one) => printed(one, flags)) })
  else output.lines(gatesLines(path, { ramps, found, unread }, flags, output))
  for (const sentence of unread) output.complain(sentence)
  return unread.length > 0 || found.some(({ outcome }) => outcome === 'fail') ? PROBLEMS : OK
}

function gatesLines(
  path: string,
  { ramps, found, unread }: Pick<Read, 'ramps' | 'unread'> & { readonly found: readonly Gated[] },
  flags: GatesFlags,
  output: Output,
): readonly string[] {
  if (found.length > 0) return found.map((one) => gatedLine(one, flags, output))
  if (ramps.length > 0) return ['no ramp is to be judged now']
  return unread.length > 0 ? [] : [`${printable(path)} has no ramp with gates`]
}

interface Read {
  readonly ramps: readonly GatedRamp[]
  readonly metrics: readonly Metric[]
  /** The text of the layer that is written; undefined while there is none. */
  readonly layer: Text | undefined
  /** Why texts cannot be read whose ramps are not among these. */
  readonly unread: readonly string[]
}

async function readRamps(path: string, flags: GatesFlags, { stdin }: Terminal): Promise<Read> {
  const { layer = [], into } = flags
  if (isUrl(into))
    throw bad('--into is a URL; the edits are written to a file, so give one such as gates.yaml')
  if (/\.(?:json|ini)$/.test(into))
    throw bad(`--into is ${into}; the edits are written as YAML, so give a file such as gates.yaml`)
  const there = statSync(into, { throwIfNoEntry: false })
  if (there?.isDirectory())
    throw bad(`--into is the directory ${into}; give a file such as ${join(into, 'gates.yaml')}`)
  const below = layer.filter((one) => one !== into)
  const all = there ? [...below, into] : below
  const { texts, problems } = await readTexts(path, { ...flags, layer: all }, stdin)
  const [missing] = problems
  if (missing) throw new LiveflagError('LIVEFLAG_NO_CONFIG', problemText(missing))
  const own = texts.find(({ name }) => name === into)
  if (own) refuseTorn(own, flags)
  const compat = flags.compat ?? 'liveflag'
  const ramps = [...acceptedIn(texts, flags)].flatMap(
    ([feature, value]) => gatedRampOf(feature, value, compat) ?? [],
  )
  return { ramps, metrics: metricsOf(texts, flags), layer: own, unread: texts.flatMap(whyUnread) }
}

/** What became of a ramp before is not known, so it is not judged as if nothing had become of it. */
function refuseTorn(layer: Text, flags: GatesFlags): void {
  const { problems } = checked({ texts: [{ ...layer, layer: 0 }], problems: [] }, flags)
  const twice = problems.find(({ code, feature }) => code === 'duplicate-key' && !feature)
  const [torn = twice && problemText(twice)] = whyUnread(layer)
  if (torn !== undefined) throw new LiveflagError('LIVEFLAG_NO_CONFIG', torn)
}

interface FeatureEdit {
  readonly feature: string
  readonly edit: RampEdit
}

/** The layer is made when there is none, also without an edit: a source that is missing is an error. */
async function write(
  edits: readonly FeatureEdit[],
  into: string,
  layer: Text | undefined,
): Promise<void> {
  const before = layer?.text ?? NO_RAMP_EDITS
  const after = edits.reduce((text, { feature, edit }) => withRampEdit(text, feature, edit), before)
  if (layer === undefined) await createLayer(into, after)
  else if (after !== before) await writeAll([{ path: into, before, after }])
}

/** `--resume`: a ramp that was put back grows again, and its gates are judged anew. */
async function resume(
  path: string,
  given: string,
  flags: GatesFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const { reason } = flags
  if (reason === undefined || reason.trim() === '')
    throw bad('--resume needs --reason: what was wrong, and why it is not any more')
  const feature = given.replace(/^feature_/, '')
  const { ramps, layer, unread } = await readRamps(path, flags, terminal)
  const now = terminal.now().getTime()
  const found = ramps.find((one) => one.feature === feature)
  if (found === undefined && unread[0] !== undefined)
    throw new LiveflagError('LIVEFLAG_NO_CONFIG', unread[0])
  if (found === undefined) throw bad(`feature_${feature} has no ramp with gates`)
  const edit = resumeOf(found.ramp, now, reason)
  if (edit === undefined)
    throw bad(`the ramp of feature_${feature} was not put back, so there is nothing to resume`)
  if (flags.dryRun !== true) await write([{ feature, edit }], flags.into, layer)
  new Output(terminal).line(
    `${printable(feature)}: grows again from ${minuteOf(now)} on, for the same visitors in the same order${flags.dryRun === true ? ' (not written)' : ''}`,
  )
  return OK
}

const printed = ({ edit, ...gated }: Gated, flags: GatesFlags): object => ({
  ...gated,
  edit: edit ? { ...edit, at: new Date(edit.at).toISOString() } : null,
  written: edit !== undefined && flags.dryRun !== true,
})

function gatedLine(gated: Gated, { dryRun, into }: GatesFlags, { paint }: Output): string {
  const { feature, percent, outcome, reason, edit } = gated
  const paints = { pass: paint.green, fail: paint.red, inconclusive: paint.yellow }
  const where = dryRun === true ? 'not written' : `written into ${printable(into)}`
  const what =
    edit === undefined
      ? unwrittenText(gated)
      : edit.outcome === 'fail'
        ? `put back to ${edit.to} % (${where})`
        : `goes on (${where})`
  return `${paints[outcome](outcome.toUpperCase())} ${printable(feature)} at ${Number(percent.toFixed(4))} %: ${what}; ${printable(reason)}`
}

/** What becomes of a ramp of which nothing is written. */
function unwrittenText({ outcome, isHeld }: Gated): string {
  if (outcome === 'fail')
    return 'is not put back again, as a clock that is ahead of this one has judged it'
  if (!isHeld) return 'grows on, as it is at no hold'
  return outcome === 'pass'
    ? 'stays at its hold until that is over'
    : 'stays at its hold until every gate passes'
}

const bad = (message: string): LiveflagError => new LiveflagError('LIVEFLAG_BAD_OPTION', message)
