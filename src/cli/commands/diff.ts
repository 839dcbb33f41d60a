import { writeFile } from 'node:fs/promises'
import { differenceChart } from '../../analysis/difference-chart'
import { type Asked, impactOf } from '../../analysis/impact'
import { isStill } from '../../analysis/moves'
import { LiveflagError, reasonOf } from '../../core/errors'
import { allowedBy } from '../allowed-changes'
import { checked, openText, problemText } from '../live-config-file'
import { Output } from '../output'
import { type ExitCode, OK, PROBLEMS, type Terminal } from '../terminal'
import { momentNamed, timeNamed } from '../named-times'
import { openAsItWas, openVersion, type Version, type VersionReading } from '../versions'
import { unreadOf, visitorsOf } from '../visitors'
import { differenceLines } from './diff-lines'
import { differenceMarkdown } from './diff-markdown'
import { type Difference, differenceOf } from './difference'

export interface DiffFlags extends VersionReading {
  readonly git?: string
  readonly base?: string
  readonly allow?: string
  readonly population?: string
  readonly store?: string
  readonly names?: boolean
  readonly json?: boolean
  readonly markdown?: boolean
  readonly svg?: string
}

/** `liveflag diff`: who gets another answer, exactly. */
export async function diff(
  first: string,
  second: string | undefined,
  flags: DiffFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const allowed = allowedBy(flags.allow)
  const counting = await visitorsOf(flags, terminal)
  const [old, now] = await openBoth(first, second, flags, terminal)
  try {
    const names = comparedNames([old, now])
    const impact = impactOf(limitedTo(names, old), limitedTo(names, now), {
      population: counting.visitors,
      most: Number.MAX_SAFE_INTEGER,
    })
    const counted = counting.visitors.length > 0 ? counting.words : ''
    const found = differenceOf([old, now], impact, counted, allowed, flags.names === true)
    const isOfThePast = [first, second ?? ''].some((name) => timeNamed(name) !== undefined)
    const asOf = new Date(now.features.now()).toISOString()
    const difference = isOfThePast ? { ...found, asOf } : found
    await print(difference, flags, terminal)
    const output = new Output(terminal)
    const unknown = [old, now].flatMap((one) => one.unknown ?? [])
    for (const sentence of [...unreadOf(counting), ...unknown, ...difference.refused])
      output.complain(sentence)
    if (difference.notAllowed.length > 0)
      output.complain(`not allowed: ${difference.notAllowed.join(', ')}`)
    const nothing = difference.compared === 0 ? whyNothing([old, now]) : []
    for (const sentence of nothing) output.complain(sentence)
    const isFine =
      counting.problem === undefined &&
      nothing.length === 0 &&
      unknown.length === 0 &&
      difference.refused.length === 0 &&
      difference.notAllowed.length === 0
    return isFine ? OK : PROBLEMS
  } finally {
    await Promise.all([old.features.close(), now.features.close()])
  }
}

/** A ledger knows the features alone that were recorded; those of two files are all compared. */
function comparedNames(versions: readonly Version[]): ReadonlySet<string> | undefined {
  const ledgers = versions.filter(({ isLedger }) => isLedger === true)
  return ledgers.length === 0
    ? undefined
    : new Set(ledgers.flatMap(({ features }) => features.snapshot.names))
}

const limitedTo = (names: ReadonlySet<string> | undefined, { features }: Version): Asked =>
  names === undefined
    ? features
    : {
        snapshot: { names: features.snapshot.names.filter((name) => names.has(name)) },
        experiments: features.experiments,
        revision: (name) => features.revision(name),
        definition: (name) => features.definition(name),
        now: () => features.now(),
        for: (world) => features.for(world),
      }

/** That there is no feature, and what the texts say that may have been meant as one. */
const whyNothing = (versions: readonly Version[]): readonly string[] => [
  `nothing is compared: neither ${versions.map(({ name }) => name).join(' nor ')} has a feature`,
  ...(versions.some(({ texts }) => texts.some(({ text }) => /^["']?ramps\b/m.test(text)))
    ? ['edits of ramps are a layer of a live config: say of which, with --base config/live.yaml']
    : []),
  ...versions.flatMap(({ texts }) =>
    checked({ texts, problems: [] }, {}).problems.map((one) => problemText(one)),
  ),
]

/** With `--git` the older one is the same file at a revision. */
async function openBoth(
  first: string,
  second: string | undefined,
  flags: DiffFlags,
  { stdin, now: clock }: Terminal,
): Promise<readonly [Version, Version]> {
  const bad = (message: string): LiveflagError => new LiveflagError('LIVEFLAG_BAD_OPTION', message)
  // One clock for both: else a ramp that nobody edited would be a difference, and no edit one.
  const asOf =
    (second === undefined ? undefined : momentNamed(second, clock())) ?? clock().getTime()
  const reading = { ...flags, now: () => asOf }
  if (flags.git !== undefined) {
    if (second !== undefined) throw bad('with --git give one file, which is the newer one')
    const [path, over] =
      flags.base === undefined ? [first, reading] : [flags.base, withLayer(first, reading)]
    const old = await openAsItWas(flags.git, path, over)
    const name = `${flags.git}:${first}`
    return [{ ...old, name }, await openOver(flags.base, first, reading, stdin)]
  }
  if (second === undefined)
    throw bad(`give two live configs, or --git HEAD~1 for ${first} as it was`)
  if (first === '-' && second === '-') throw bad('stdin (-) can be read only once')
  const open = (name: string): Promise<Version> => openOver(flags.base, name, reading, stdin)
  return [await open(first), await open(second)]
}

/** A version, or what a layer makes of the live config below it. */
const openOver = async (
  base: string | undefined,
  name: string,
  reading: VersionReading,
  stdin: Terminal['stdin'],
): Promise<Version> =>
  base === undefined
    ? openVersion(name, reading, stdin)
    : { name, ...(await openText(base, withLayer(name, reading), stdin)) }

const withLayer = (name: string, reading: VersionReading): VersionReading => ({
  ...reading,
  layer: [...(reading.layer ?? []), name],
})

async function print(difference: Difference, flags: DiffFlags, terminal: Terminal): Promise<void> {
  const output = new Output(terminal)
  if (flags.json && flags.markdown)
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      'both --json and --markdown are given; leave out one',
    )
  if (flags.json) output.document(difference)
  else if (flags.markdown) output.lines(differenceMarkdown(difference))
  else output.lines(differenceLines(difference, output))
  if (flags.svg === undefined) return
  const moving = difference.features.filter((one) => !isStill(one))
  try {
    await writeFile(flags.svg, differenceChart(difference, moving))
  } catch (error) {
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `--svg: ${flags.svg} cannot be written: ${reasonOf(error)}`,
      { cause: error },
    )
  }
}
