import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Facts,
  type Features,
  type FeaturesOptions,
  memory,
  openFeatures,
  type Overrides,
  type Problem,
  worldOf,
} from '../../src'
import type { JsonValue } from '../../src/core/json'
import type { Exposure } from '../../src/engine/exposure'

/** The shapes of the r2 vectors: docs/spec/r2.md, section 18. */
export interface VectorUser {
  name: string
  fullname: string
  admin: boolean
  employee: boolean
  gold: boolean
  beta: boolean
}
export interface VectorWorld {
  user: VectorUser | null
  subreddit: string | null
  subdomain: string | null
  oauthClient: string | null
  loid: string | null
  urlFeatures: string[]
  enableLoggedoutExperiments: boolean
  validExperimentRequest: boolean
}
interface Visited {
  world: VectorWorld
  contentId?: string | null
  contentType?: string
}
export interface VectorCase extends Visited {
  name: string
  feature: string
  config: JsonValue
  expect: {
    isEnabled: boolean | null
    variant: JsonValue
    bucketingEvents: object[]
    warnings?: string[]
    isEnabledThrows?: string
    variantThrows?: string
  }
}
export interface VectorAll extends Visited {
  name: string
  config: Record<string, JsonValue>
  expect: { active: Record<string, JsonValue>; bucketingEvents: object[] }
}
export interface VectorStep {
  op: string
  feature: string
  user?: VectorUser | null
  subreddit?: string
  config?: Record<string, JsonValue>
}
export interface VectorSequence extends Visited {
  name: string
  config: Record<string, JsonValue>
  runningAsScript: boolean
  steps: VectorStep[]
  expect: { results: JsonValue[]; bucketingEvents: object[] }
}
export interface VectorBucket {
  feature: string
  seed: string
  bucket: number
}
export interface VectorLoidBucket {
  loid: string
  bucket: number | null
}
export interface VectorTable {
  name: string
  variantsJson: string
  names: string[]
  picks: number[]
}

const SHARED = join(__dirname, '../../../shared/conformance/r2')
const SELECTION = join(__dirname, '../vectors/r2.json')

/** Whether the whole published set is beside the project; a user's clone has only the selection. */
export const hasVectors = process.env.LIVEFLAG_SELECTION_ONLY === undefined && existsSync(SHARED)

/** A section of the published vectors, or of the selection that comes with the project. */
export function vectors<T>(file: string, section: string): T[] {
  const path = hasVectors ? join(SHARED, file) : SELECTION
  return (JSON.parse(readFileSync(path, 'utf8')) as Record<string, T[]>)[section] ?? []
}

/** What a vector's World is in liveflag's words. */
export function factsOf({ world, contentId, contentType }: Visited): Facts {
  const page = contentId && contentType ? { id: contentId, type: contentType } : undefined
  const { subreddit, subdomain, oauthClient, loid, urlFeatures } = world
  return { user: accountOf(world.user), subreddit, subdomain, oauthClient, loid, urlFeatures, page }
}

export const accountOf = (user: VectorUser | null): Facts['user'] =>
  user && { ...user, id: user.fullname }

export const liveText = (live: Record<string, JsonValue>): string => JSON.stringify(live)

/** An engine with one vector's live map, what it recorded, and what it found wrong. */
export interface Opened {
  features: Features
  exposures: Exposure[]
  problems: Problem[]
}

export async function open(
  live: Record<string, JsonValue>,
  visited: Visited,
  options: Partial<FeaturesOptions>,
): Promise<Opened> {
  const exposures: Exposure[] = []
  const problems: Problem[] = []
  const features = await openFeatures({
    source: memory(liveText(live), { format: 'json' }),
    loggedOutExperiments: visited.world.enableLoggedoutExperiments,
    validExposureRequest: () => visited.world.validExperimentRequest,
    onExposure: (exposure) => exposures.push(exposure),
    guards: { allowEmpty: true },
    ...options,
  })
  features.on('problem', (problem) => problems.push(problem))
  return { features, exposures, problems }
}

/** An exposure as r2's event. */
export function eventOf({
  kind,
  experimentId = null,
  feature,
  variant,
  ...visitor
}: Exposure): object {
  const {
    user = null,
    loid = null,
    page = null,
  }: { user?: string | null; loid?: string | null; page?: string | null } = visitor
  const common = { type: kind, experimentId, experimentName: feature, variant }
  return kind === 'user' ? { ...common, userFullname: user, loid } : { ...common, contentId: page }
}

/** `allEnabled`'s answer as r2's. */
export function activeOf(all: Readonly<Record<string, unknown>>): Map<string, unknown> {
  const entry = (value: unknown): unknown => {
    if (value === true) return true
    const { experimentId = null, variant } = value as { experimentId?: unknown; variant: unknown }
    return { experiment_id: experimentId, variant }
  }
  return new Map(Object.keys(all).map((name) => [name, entry(all[name])]))
}

export interface CaseAnswer {
  isEnabled: boolean | 'throws' | 'refused'
  variant: JsonValue
  events: object[]
  warnings: string[]
}

/** Asks one case as its README says: variant and isEnabled each in a fresh request. */
export async function answerCase(
  item: VectorCase,
  options: Partial<FeaturesOptions>,
): Promise<CaseAnswer> {
  const live = item.config === null ? {} : { [`feature_${item.feature}`]: item.config }
  const { features, exposures, problems } = await open(live, item, options)
  try {
    const world = worldOf(factsOf(item))
    const variant = features.for(world).variant(item.feature) ?? null
    if (exposures.length > 0 && options.compat === 'r2')
      throw new Error(`${item.name}: variant() recorded an exposure`)
    exposures.length = 0
    const request = features.for(world)
    const isEnabled = request.isEnabled(item.feature)
    await new Promise(setImmediate)
    const { error } = features.decide(item.feature)
    const refused =
      error?.code === 'PARSE_ERROR' &&
      !problems.some(({ code }) => code === 'unparsable-config' || code === 'config-not-object')
    return {
      isEnabled: refused ? 'refused' : isEnabled,
      variant,
      events: exposures.map(eventOf),
      warnings: warningsOf(problems),
    }
  } finally {
    await features.close()
  }
}

/**
 * r2 logs the first two whenever a bad value is parsed, and the third only when such a variant is
 * drawn.
 */
function warningsOf(problems: readonly Problem[]): string[] {
  return problems
    .filter(
      ({ code, message }) =>
        code === 'unparsable-config' ||
        code === 'config-not-object' ||
        (code === 'variant-over-cap' && message.includes('was drawn')),
    )
    .map(({ code }) => code)
}

export const overridesOf = (step: VectorStep): Overrides | undefined => {
  const user = 'user' in step ? { user: accountOf(step.user ?? null) } : {}
  const subreddit = 'subreddit' in step ? { subreddit: step.subreddit } : {}
  return 'user' in step || 'subreddit' in step ? { ...user, ...subreddit } : undefined
}
