import { isDeepStrictEqual } from 'node:util'
import { type Decision, worldOf } from '../../src/index'
import type { Played } from './r2-sequences'
import {
  activeOf,
  type CaseAnswer,
  eventOf,
  factsOf,
  open,
  type VectorAll,
  type VectorCase,
  type VectorSequence,
  type VectorWorld,
} from './r2-vectors'

/** Why liveflag's own semantics answer otherwise than r2, and the decision record that says so. */
export const DEPARTURES = {
  'a fraction of a percent is exact': '0003',
  'off stops everything': '0004',
  'variant is for the eligible, while the experiment runs': '0005',
  'variant records what it gives': '0005',
  'a variant forced by URL is the whole answer': '0009',
  'null is nobody': '0010',
  'allEnabled follows the Decisions': '0011',
  'refused at load': '0013', // wrong types, unknown keys, numbers out of range or too fine, what is no JSON
  'a snapshot is swapped whole': '0030',
  'a list of variants is drawn as it is written': '0040',
} as const

export type Departure = keyof typeof DEPARTURES

/** What an entry says, for telling the departures apart without asking the engine. */
interface Said {
  enabled?: unknown
  url?: unknown
  experiment?: { enabled?: unknown; variants?: unknown }
}

const textOf = (config: VectorCase['config']): string =>
  typeof config === 'string' ? config : JSON.stringify(config)

function saidBy(config: VectorCase['config']): Said {
  try {
    return Object(JSON.parse(textOf(config))) as Said
  } catch {
    return {}
  }
}

const isOff = ({ enabled }: Said): boolean => enabled === 'off' || enabled === false

const isForced = ({ url }: Said, world: VectorWorld): boolean =>
  typeof url === 'object' &&
  url !== null &&
  world.urlFeatures.some((name) => Object.hasOwn(url, name))

/**
 * Why one case differs: one reason, none when it does not, undefined when nothing written down
 * explains it.
 */
export function departuresOfCase(
  item: VectorCase,
  answer: CaseAnswer,
): readonly (Departure | undefined)[] {
  const { isEnabled, variant, bucketingEvents: events } = item.expect
  return isDeepStrictEqual(
    [answer.isEnabled, answer.variant, answer.events],
    [isEnabled, variant, events],
  )
    ? []
    : [departureOf(item, answer)]
}

function departureOf(item: VectorCase, answer: CaseAnswer): Departure | undefined {
  const { isEnabled, variant, bucketingEvents: events } = item.expect
  if (answer.isEnabled === 'refused') return 'refused at load'
  const nothing =
    answer.isEnabled === false && answer.variant === null && answer.events.length === 0
  if (nothing && answer.warnings.includes('unparsable-config')) return 'refused at load'
  const said = saidBy(item.config)
  if (Array.isArray(said.experiment?.variants))
    return nothing ? 'a list of variants is drawn as it is written' : undefined
  if (isOff(said)) return nothing ? 'off stops everything' : undefined
  if (isForced(said, item.world))
    return answer.events.length === 0 && answer.isEnabled === false
      ? 'a variant forced by URL is the whole answer'
      : undefined
  if (
    answer.isEnabled === isEnabled &&
    answer.variant === null &&
    variant !== null &&
    isDeepStrictEqual(answer.events, events)
  ) {
    return 'variant is for the eligible, while the experiment runs'
  }
  const fraction = /"percent_logged(?:in|out)": ?\d*\.\d+/.test(textOf(item.config))
  return fraction && isEnabled === true && answer.isEnabled === false
    ? 'a fraction of a percent is exact'
    : undefined
}

/**
 * Why one `allEnabled` differs, feature by feature; undefined for what nothing written down
 * explains.
 */
export async function departuresOfAll(
  item: VectorAll,
): Promise<ReadonlySet<Departure | undefined>> {
  const { features, exposures } = await open(item.config, item, {})
  const request = features.for(worldOf(factsOf(item)))
  const ours = activeOf(request.allEnabled())
  const r2 = new Map(Object.entries(item.expect.active))
  const found = new Set<Departure | undefined>()
  if (!isDeepStrictEqual(exposures.map(eventOf), item.expect.bucketingEvents))
    found.add(exposures.length === 0 ? 'allEnabled follows the Decisions' : undefined)
  for (const name of new Set([...ours.keys(), ...r2.keys()])) {
    if (!isDeepStrictEqual(ours.get(name), r2.get(name)))
      found.add(departureOfListed(item, name, ours.get(name), request.decide(name)))
  }
  await features.close()
  return found
}

function departureOfListed(
  item: VectorAll,
  name: string,
  listed: unknown,
  { enabled, variant, error }: Decision,
): Departure | undefined {
  if (error) return error.code === 'PARSE_ERROR' ? 'refused at load' : undefined
  const said = saidBy(item.config[`feature_${name}`] ?? null)
  if (isOff(said)) return listed === undefined ? 'off stops everything' : undefined
  const decided = variant === undefined ? enabled || undefined : variant
  const shown =
    typeof listed === 'object' && listed !== null && 'variant' in listed ? listed.variant : listed
  if (shown !== decided) return undefined
  return isForced(said, item.world)
    ? 'a variant forced by URL is the whole answer'
    : 'allEnabled follows the Decisions'
}

/** Why one sequence differs, step by step; undefined for a step that nothing explains. */
export function departuresOfSequence(
  item: VectorSequence,
  ours: Played,
  r2: Played,
): ReadonlySet<Departure | undefined> {
  const found = new Set<Departure | undefined>()
  let isSilent = false
  item.steps.forEach((step, at) => {
    isSilent = step.op === 'setConfigSilently' || (isSilent && step.op !== 'setConfig')
    if (!isDeepStrictEqual(ours.results[at], item.expect.results[at])) {
      if ('user' in step && step.user === null) found.add('null is nobody')
      else
        found.add(isSilent && step.op === 'allEnabled' ? 'a snapshot is swapped whole' : undefined)
    }
    if (!isDeepStrictEqual(ours.events[at], r2.events[at]))
      found.add(
        step.op === 'variant' && r2.events[at]?.length === 0
          ? 'variant records what it gives'
          : undefined,
      )
  })
  return found
}
