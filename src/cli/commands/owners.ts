import type { JsonValue } from '../../core/json'
import { DAY_MS, pastFrom } from '../../core/time'
import { openText, type Reading } from '../live-config-file'
import { namesOf } from '../named-experiment'
import { counted, Output, printable } from '../output'
import { type ExitCode, OK, PROBLEMS, type Terminal } from '../terminal'

export interface OwnersFlags extends Reading {
  readonly json?: boolean
  readonly owner?: string
  readonly expired?: boolean
}

interface OwnedFeature {
  readonly feature: string
  readonly expires: string | null
  /** Whole days since it should have been gone; null when that is not past, or not said. */
  readonly expiredForDays: number | null
}

interface Owned {
  /** Null: nobody is named. */
  readonly owner: string | null
  readonly features: readonly OwnedFeature[]
}

/**
 * `liveflag owners`: the features of a live config by who answers for them, the longest expired
 * first. With `--expired` only those whose `expires` is past, and the exit code 1 when there is one.
 */
export async function owners(
  path: string,
  flags: OwnersFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const { features } = await openText(path, flags, terminal.stdin)
  const now = terminal.now().getTime()
  const byOwner = new Map<string | null, OwnedFeature[]>()
  for (const name of namesOf(features)) {
    const { owner, expires } = features.metadata(name) ?? {}
    const feature = { feature: name, ...expiryOf(expires, now) }
    if (flags.expired && feature.expiredForDays === null) continue
    for (const one of ownersIn(owner)) {
      if (flags.owner !== undefined && one !== flags.owner) continue
      const list = byOwner.get(one)
      if (list) list.push(feature)
      else byOwner.set(one, [feature])
    }
  }
  await features.close()
  const list = [...byOwner]
    .sort(byName)
    .map(([owner, owned]) => ({ owner, features: owned.toSorted(byAge) }))
  const output = new Output(terminal)
  if (flags.json) output.document({ owners: list })
  else report(list, flags, output)
  return flags.expired && list.length > 0 ? PROBLEMS : OK
}

/** One owner, or several in a list; what is neither text nor number is nobody's name. */
function ownersIn(owner: JsonValue | undefined): readonly (string | null)[] {
  const named = (Array.isArray(owner) ? owner : [owner]).flatMap((one: JsonValue | undefined) =>
    (typeof one === 'string' && one.trim() !== '') || typeof one === 'number' ? [String(one)] : [],
  )
  return named.length > 0 ? [...new Set(named)] : [null]
}

/** A day lasts to its end, as for the problem `expired`. */
function expiryOf(expires: JsonValue | undefined, now: number): Omit<OwnedFeature, 'feature'> {
  if (typeof expires !== 'string') return { expires: null, expiredForDays: null }
  const at = pastFrom(expires)
  return { expires, expiredForDays: now >= at ? Math.floor((now - at) / DAY_MS) : null }
}

/** By name; those of nobody are last. */
const byName = (
  [a]: readonly [string | null, unknown],
  [b]: readonly [string | null, unknown],
): number => (a === null ? 1 : b === null ? -1 : a < b ? -1 : 1)

const byAge = (a: OwnedFeature, b: OwnedFeature): number =>
  (b.expiredForDays ?? -1) - (a.expiredForDays ?? -1) || (a.feature < b.feature ? -1 : 1)

function report(list: readonly Owned[], { expired }: OwnersFlags, output: Output): void {
  const { bold, red, green, dim } = output.paint
  if (list.length === 0) output.line(green(expired ? 'nothing is past its expires' : 'no features'))
  for (const { owner, features } of list) {
    const past = features.filter(({ expiredForDays }) => expiredForDays !== null).length
    const said = past > 0 ? `, ${red(`${past} expired`)}` : ''
    output.line(
      `${bold(printable(owner ?? 'nobody'))}  ${counted(features.length, 'feature')}${said}`,
    )
    const width = Math.max(...features.map(({ feature }) => printable(feature).length))
    for (const { feature, expires, expiredForDays } of features) {
      const when = expires === null ? '' : `expires ${printable(expires)}`
      const ago = expiredForDays === null ? '' : red(`, ${counted(expiredForDays, 'day')} ago`)
      output.line(`  ${printable(feature).padEnd(width)}  ${dim(when)}${ago}`.trimEnd())
    }
  }
}
