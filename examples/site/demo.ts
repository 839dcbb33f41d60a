/** Records as if the site had been visited for two weeks, so that the dashboard has something to show. */
import { type Features, worldOf } from 'liveflag'
import { createDecider, type Decider, memoryStore } from 'liveflag/decide'

const DAY_MS = 86_400_000
const DAYS = 14
const VISITORS = 1200
/** How many of a hundred stay, by variant of the banner. */
const STAYING: Readonly<Record<string, number>> = { friendly: 16, playful: 11 }
const STAYING_OTHERWISE = 10

/** A decider whose store, in memory, has an experiment with exposures and conversions. */
export function demoDecider(features: Features): Decider {
  const decider = createDecider({ features, store: memoryStore() })
  const begun = features.now() - DAYS * DAY_MS
  const seen = Array.from({ length: VISITORS }, (_, i) => visit(features, i, begun)).flat()
  decider.writer
    .record({
      exposures: seen.map(({ exposure }) => exposure),
      conversions: seen.flatMap(({ conversion }) => conversion ?? []),
    })
    // On a busy machine they come later; the site runs without them.
    .catch((error: unknown) => console.error(String(error)))
  return decider
}

function visit(features: Features, i: number, begun: number) {
  const unit = `t2_demo${i}`
  const { assignment } = features.for(worldOf({ user: { id: unit } })).decide('welcome_banner')
  if (assignment === undefined) return []
  const { variant, bucket } = assignment
  // More of them each day.
  const at = begun + Math.floor(Math.sqrt(i / VISITORS) * (DAYS - 1) * DAY_MS)
  const stays = (i * 37) % 100 < (STAYING[variant] ?? STAYING_OTHERWISE)
  const exposure = {
    unit,
    kind: 'user',
    experiment: '4711',
    variant,
    feature: 'welcome_banner',
    source: 'backend' as const,
    bucket,
    generation: null,
    hash: null,
    at,
  }
  const conversion = {
    eventId: `demo-${i}`,
    name: 'signup',
    decisionId: null,
    unit,
    value: null,
    at: at + 60_000,
  }
  return [{ exposure, conversion: stays ? conversion : undefined }]
}
