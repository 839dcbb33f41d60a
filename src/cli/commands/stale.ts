import { type Answer, constantOf } from '../../analysis/constant-answer'
import { STALE_DAYS } from '../../analysis/stale'
import { readCode } from '../../codemod/files'
import { usagesOf } from '../../codemod/usage'
import { LiveflagError } from '../../core/errors'
import { DAY_MS } from '../../core/time'
import type { Features } from '../../engine/features'
import { countOf } from '../count-argument'
import { findLiveFile } from '../doctor/live-config'
import { openText } from '../live-config-file'
import { namesOf as featureNames } from '../named-experiment'
import { counted, Output, printable } from '../output'
import { readProject } from '../setup/project'
import { isUrl, shownPath, type SourceFlags } from '../sources'
import { unchangedSince } from '../staleness/history'
import { readRecords } from '../staleness/records'
import {
  type ConfiguredFeature,
  type StaleFeature,
  staleFeatures,
} from '../staleness/stale-features'
import { type ExitCode, OK, PROBLEMS, type Terminal } from '../terminal'
import { namesOf } from './usage'

export interface StaleFlags extends SourceFlags {
  readonly liveFile?: string
  readonly store?: string
  readonly days?: string
  readonly asks?: string
  readonly fail?: boolean
  readonly json?: boolean
}

/**
 * `liveflag stale`: the features that have done their work, or never could, by what the code asks,
 * what the live config and its history say, and what was recorded.
 */
export async function stale(
  paths: readonly string[],
  flags: StaleFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const { file, sources } = await split(paths, flags.liveFile)
  const { found, notLookedAt, features } = await staleIn(file, sources, flags, terminal)
  const output = new Output(terminal)
  if (flags.json) output.document({ stale: found, notLookedAt })
  else output.lines(staleLines(found, notLookedAt, features, output))
  return flags.fail && found.length > 0 ? PROBLEMS : OK
}

/** What was found, and where nobody could look. */
export interface Staleness {
  readonly found: readonly StaleFeature[]
  readonly notLookedAt: readonly string[]
  /** How many features the live config has. */
  readonly features: number
}

/** Joins the live config, its history, the code and the records. */
export async function staleIn(
  file: string,
  sources: readonly string[],
  flags: StaleFlags,
  terminal: Terminal,
): Promise<Staleness> {
  const days = countOf('--days', flags.days) ?? STALE_DAYS
  const now = terminal.now().getTime()
  const { features } = await openText(file, { ...flags, now: () => now }, terminal.stdin)
  const { configured, missing } = await configuredIn(features, file, flags, now)
  await features.close()
  const records = await readRecords(flags.store ?? terminal.env['LIVEFLAG_STORE'], now, days)
  const found = staleFeatures({
    now,
    days,
    usages: usagesOf(await readCode(sources), namesOf(flags.asks)),
    features: configured,
    records: typeof records === 'string' ? undefined : records,
    paths: [file, ...sources].join(' '),
  })
  const young = typeof records === 'string' ? records : youngRecords(records.since, now, days)
  const notLookedAt = [missing, young].filter((one) => one !== undefined)
  return { found, notLookedAt, features: configured.length }
}

/** Records that are younger than the days asked for say nothing of them. */
function youngRecords(since: number, now: number, days: number): string | undefined {
  const kept = Math.floor((now - since) / DAY_MS)
  return kept >= days ? undefined : `records: they are of ${counted(kept, 'day')}, not of ${days}`
}

const LIVE_CONFIG = /\.(?:ya?ml|json|ini)$/i

/** The first path is the live config if it looks like one; else it is found as doctor finds it. */
async function split(
  paths: readonly string[],
  given: string | undefined,
): Promise<{ readonly file: string; readonly sources: readonly string[] }> {
  if (given !== undefined) return { file: given, sources: paths }
  const [first = '', ...rest] = paths
  if (isUrl(first) || LIVE_CONFIG.test(first)) return { file: first, sources: rest }
  const file = findLiveFile(await readProject('.'))
  if (file === undefined)
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `no live config is found: neither one that the code opens, nor config/live.yaml; give it before ${first}`,
    )
  return { file, sources: paths }
}

async function configuredIn(
  features: Features,
  file: string,
  flags: StaleFlags,
  now: number,
): Promise<{
  readonly configured: readonly ConfiguredFeature[]
  readonly missing: string | undefined
}> {
  const names = featureNames(features)
  const constants = new Map<string, Answer>()
  for (const name of names) {
    const constant = constantOf(features, name)
    if (constant) constants.set(name, constant)
  }
  const { since, missing } =
    isUrl(file) || file === '-'
      ? { since: new Map<string, number>(), missing: `history: ${shownPath(file)} is no file` }
      : await unchangedSince(file, constants, features, { ...flags, now: () => now })
  const configured = names.map((name) => {
    const { expires, permanent } = features.metadata(name) ?? {}
    const constant = constants.get(name)
    return {
      name,
      expires: typeof expires === 'string' ? expires : undefined,
      isPermanent: permanent === true,
      constant: constant && { ...constant, since: since.get(name) },
    }
  })
  return { configured, missing }
}

/** The features with their reasons and the next step, as text. */
export function staleLines(
  found: readonly StaleFeature[],
  notLookedAt: readonly string[],
  features: number,
  { paint: { bold, dim, green, yellow } }: Pick<Output, 'paint'>,
): readonly string[] {
  const said = `${counted(found.length, 'stale feature')}; the live config has ${features}`
  return [
    ...found.flatMap(({ feature, reasons, next }) => [
      bold(printable(feature)),
      ...reasons.map(({ kind, text }) => `  ${yellow(kind.padEnd(11))}  ${printable(text)}`),
      `  ${dim('→')} ${printable(next)}`,
    ]),
    ...(found.length > 0 ? [''] : []),
    ...notLookedAt.map((one) => dim(`not looked at: ${printable(one)}`)),
    bold(found.length > 0 ? said : green(said)),
  ]
}
