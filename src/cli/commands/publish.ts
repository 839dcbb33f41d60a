import { numberOf } from '../../analysis/asked-figures'
import { impactOf } from '../../analysis/impact'
import { LiveflagError } from '../../core/errors'
import {
  type Base,
  publish as publishText,
  published,
  type PublishOptions,
} from '../../fleet/publish'
import { history, prune } from '../../fleet/history'
import { abortStages, notStaged } from '../../fleet/abort'
import { publishStaged, resumeStages, type StageOptions } from '../../fleet/staged'
import type { StageProgress } from '../../fleet/stages'
import { formatOf } from '../../sources/key-source'
import type { KeyStore } from '../../sources/key-store'
import { allowedBy } from '../allowed-changes'
import { countOf } from '../count-argument'
import { whoIs, withStore } from '../fleet-store'
import { problemText, type Reading, readTexts, type Text } from '../live-config-file'
import { counted, Output } from '../output'
import { type ExitCode, OK, PROBLEMS, type Terminal } from '../terminal'
import { waitOf } from '../time-argument'
import { openTextOf, refusedIn, type Version } from '../versions'
import { visitorsOf } from '../visitors'
import { differenceLines } from './diff-lines'
import { type Difference, differenceOf } from './difference'
import { checkWait, finished, type FinishFlags } from './published'

export interface PublishFlags extends Reading, FinishFlags {
  readonly to?: string
  readonly by?: string
  readonly reason?: string
  readonly basedOn?: string
  readonly allow?: string
  readonly allowShrink?: boolean
  readonly allowQuarantined?: boolean
  readonly now?: boolean
  readonly staged?: string
  readonly each?: string
  readonly minAcks?: string
  readonly limit?: string
  readonly resume?: boolean
  readonly abort?: boolean
  readonly dryRun?: boolean
  readonly keep?: string
  readonly population?: string
  readonly store?: string
}

/** `liveflag publish`: a text becomes the next generation of a store, and says who gets another answer. */
export async function publish(
  path: string | undefined,
  flags: PublishFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  checkFlags(path, flags)
  const keep = countOf('--keep', flags.keep)
  return withStore(flags.to, terminal, async (store) => {
    if (flags.dryRun && (flags.abort || flags.resume)) return tellStaged(store, flags, terminal)
    if (flags.abort) return abort(store, flags, terminal)
    const code = flags.resume
      ? await resume(store, flags, terminal)
      : await publishFile(store, path ?? '-', flags, terminal)
    if (keep !== undefined && code !== PROBLEMS && !flags.dryRun) await prune(store, { keep })
    return code
  })
}

const bad = (message: string): LiveflagError => new LiveflagError('LIVEFLAG_BAD_OPTION', message)

function checkFlags(path: string | undefined, flags: PublishFlags): void {
  const { resume: again, abort: end, staged, now } = flags
  if (again && end) throw bad('both --resume and --abort are given; leave out one')
  if ((again || end) && path !== undefined)
    throw bad(`--${again ? 'resume' : 'abort'} takes no FILE: the generation is in the store`)
  if (!again && !end && path === undefined) throw bad('give the live config to publish; - is stdin')
  if (staged !== undefined && now)
    throw bad('--now publishes to every process at once; leave out --staged')
  for (const name of ['each', 'minAcks', 'limit'] as const)
    if (flags[name] !== undefined && staged === undefined)
      throw bad(
        `--${name === 'minAcks' ? 'min-acks' : name} is about stages; add --staged 1,10,100`,
      )
  checkWait('publish', flags)
}

/** What `--resume` or `--abort` is about; it changes nothing. */
async function tellStaged(
  store: KeyStore,
  { abort: isAbort, json }: PublishFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const { staged } = await history(store)
  if (staged === undefined) throw notStaged(store)
  const { generation, percent } = staged
  const output = new Output(terminal)
  if (json) output.document({ kind: 'checked', staged })
  else
    output.line(
      isAbort
        ? `generation ${generation} is at ${percent} %; without --dry-run it would be taken back from every process`
        : `generation ${generation} is at ${percent} %; without --dry-run its stages would go on from there`,
    )
  return OK
}

async function abort(store: KeyStore, flags: PublishFlags, terminal: Terminal): Promise<ExitCode> {
  const generation = await abortStages(store, signed(flags, terminal))
  const output = new Output(terminal)
  if (flags.json) output.document({ kind: 'withdrawn', generation })
  else
    output.line(`generation ${generation} is taken back from every process, and under quarantine`)
  return OK
}

async function resume(store: KeyStore, flags: PublishFlags, terminal: Terminal): Promise<ExitCode> {
  const result = await resumeStages(store, {
    onStage: progressOn(flags, terminal),
    signal: terminal.interruption(),
  })
  return finished(store, result, flags, terminal)
}

const signed = ({ by, reason }: PublishFlags, terminal: Terminal) => {
  const who = whoIs(by, terminal)
  return { ...(who !== undefined && { by: who }), ...(reason !== undefined && { reason }) }
}

async function publishFile(
  store: KeyStore,
  path: string,
  flags: PublishFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const allowed = allowedBy(flags.allow)
  const { text } = await theText(path, flags, terminal)
  const base = await published(store)
  const difference = await differenceFrom(base, { store, path, text, allowed }, flags, terminal)
  const output = new Output(terminal)
  if (difference && !flags.json) output.lines([...differenceLines(difference, output), ''])
  if (difference && difference.notAllowed.length > 0) {
    if (flags.json) output.document({ kind: 'refused', difference })
    output.complain(`not allowed: ${difference.notAllowed.join(', ')}; nothing is published`)
    return PROBLEMS
  }
  const options = optionsOf(path, base, flags, terminal)
  const stages = stagesOf(flags)
  const result = stages
    ? await publishStaged(store, text, {
        ...options,
        ...stages,
        onStage: progressOn(flags, terminal),
        signal: terminal.interruption(),
      })
    : await publishText(store, text, options)
  return finished(store, result, flags, terminal, difference)
}

const optionsOf = (
  path: string,
  base: Base,
  flags: PublishFlags,
  terminal: Terminal,
): PublishOptions => ({
  ...signed(flags, terminal),
  name: path === '-' ? 'stdin' : path,
  ...(flags.format && { format: flags.format }),
  ...(flags.compat && { compat: flags.compat }),
  basedOn: numberOf('--based-on', flags.basedOn) ?? base,
  allow: [
    ...(flags.allowShrink ? (['shrink'] as const) : []),
    ...(flags.allowQuarantined ? (['quarantined'] as const) : []),
  ],
  ...(flags.now && { now: true }),
  ...(flags.dryRun && { dryRun: true }),
})

/** A store holds one text. */
async function theText(path: string, flags: Reading, terminal: Terminal): Promise<Text> {
  const { texts, problems } = await readTexts(path, flags, terminal.stdin)
  const [unread] = problems
  if (unread) throw new LiveflagError('LIVEFLAG_NO_CONFIG', problemText(unread))
  const [text] = texts
  if (text === undefined || texts.length > 1)
    throw bad(`${path} is a directory, and a store holds one text; give a file, or - for stdin`)
  return text
}

interface Newer {
  readonly store: KeyStore
  readonly path: string
  readonly text: string
  readonly allowed: ReadonlySet<string> | undefined
}

/** Who gets another answer; undefined where nothing is published that a process could start with. */
async function differenceFrom(
  { text: before, generation }: Base,
  { store, path, text, allowed }: Newer,
  flags: PublishFlags,
  terminal: Terminal,
): Promise<Difference | undefined> {
  if (before === undefined || before === text) return undefined
  const { visitors, words } = await visitorsOf(flags, terminal)
  const reading = (one: string) => ({
    format: flags.format ?? formatOf(store.name, one),
    ...(flags.compat && { compat: flags.compat }),
  })
  const name = generation === undefined ? 'what is there' : `generation ${generation}`
  const old = await openUsable(openTextOf(name, before, name, reading(before)))
  if (old === undefined) return undefined
  try {
    const opened = await openUsable(openTextOf(path, text, path, reading(text)))
    // Nobody can read it, which is said when it is refused.
    if (opened === undefined) return undefined
    const now = { name: path, ...opened }
    try {
      // It is refused, so nobody gets anything of it.
      if (refusedIn(now).length > 0) return undefined
      const population = { population: visitors, most: Number.MAX_SAFE_INTEGER }
      const impact = impactOf(old.features, now.features, population)
      const counted = visitors.length > 0 ? words : ''
      return differenceOf([{ name, ...old }, now], impact, counted, allowed, false)
    } finally {
      await now.features.close()
    }
  } finally {
    await old.features.close()
  }
}

type OpenedText = Pick<Version, 'features' | 'texts'>

async function openUsable(opening: Promise<OpenedText>): Promise<OpenedText | undefined> {
  try {
    return await opening
  } catch (error) {
    if (error instanceof LiveflagError && error.code === 'LIVEFLAG_NO_CONFIG') return undefined
    throw error
  }
}

function stagesOf({ staged, each, minAcks, limit }: PublishFlags): StageOptions | undefined {
  if (staged === undefined) return undefined
  const stages = staged.split(',').map((stage) => numberOf('--staged', stage.replace('%', '')) ?? 0)
  const least = numberOf('--min-acks', minAcks)
  return {
    stages: stages.at(-1) === 100 ? stages : [...stages, 100],
    ...(each !== undefined && { eachMs: waitOf('publish', '--each', each) }),
    ...(least !== undefined && { minAcks: least }),
    ...(limit !== undefined && { limitMs: waitOf('publish', '--limit', limit) }),
  }
}

const progressOn =
  ({ json }: PublishFlags, terminal: Terminal) =>
  ({ generation, percent, confirmed, asked }: StageProgress): void => {
    if (json) return
    new Output(terminal).line(
      `generation ${generation} at ${percent} %: ${confirmed} of ${counted(asked, 'process has', 'processes have')} it`,
    )
  }
