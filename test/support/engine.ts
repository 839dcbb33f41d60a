import {
  type Change,
  checkText,
  type Compat,
  type Decision,
  type Exposure,
  type Facts,
  type Features,
  type FeaturesOptions,
  type Format,
  memory,
  openFeatures,
  type Problem,
  worldOf,
} from '../../src/index'

/** An engine over a text that a test may change, and everything that it has told so far. */
export interface Engine {
  readonly features: Features
  readonly set: (text: string) => Promise<string | undefined>
  readonly exposures: Exposure[]
  readonly problems: Problem[]
  readonly changes: Change[]
  /** `ready 1`, `change 2`, `stale syntax`, `problem bad-type` in the order in which they came. */
  readonly told: string[]
}

export type EngineOptions = Partial<FeaturesOptions> & { readonly format?: Format }

const open = new Set<Features>()

/**
 * Opens an engine that hears everything from the first event on; `afterEach(closeEngines)` closes
 * it.
 */
export async function openEngine(
  text: string,
  { format = 'yaml', ...options }: EngineOptions = {},
): Promise<Engine> {
  const source = memory(text, { format })
  const exposures: Exposure[] = []
  const features = await openFeatures({
    source,
    onExposure: (exposure) => exposures.push(exposure),
    ...options,
  })
  open.add(features)
  const engine = {
    features,
    set: (next: string) => source.set(next),
    exposures,
    ...listenTo(features),
  }
  await eventsDelivered()
  return engine
}

/** Hears every event of an engine. */
export function listenTo(features: Features): Pick<Engine, 'problems' | 'changes' | 'told'> {
  const problems: Problem[] = []
  const changes: Change[] = []
  const told: string[] = []
  features.on(
    'problem',
    (problem) => (problems.push(problem), told.push(`problem ${problem.code}`)),
  )
  features.on(
    'change',
    (change) => (changes.push(change), told.push(`change ${change.generation}`)),
  )
  features.on('ready', ({ generation }) => told.push(`ready ${generation}`))
  features.on('stale', ({ problem }) => told.push(`stale ${problem.code}`))
  return { problems, changes, told }
}

/**
 * What happens while opening is told one turn of the event loop later, so that whoever listens
 * right after misses nothing.
 */
export const eventsDelivered = (): Promise<void> =>
  new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

export async function closeEngines(): Promise<void> {
  await Promise.all([...open].map((features) => features.close()))
  open.clear()
}

/** The Decision on one entry, written as YAML, for one visitor. */
export async function decisionOn(
  entry: string,
  facts: Facts = {},
  options: EngineOptions = {},
): Promise<Decision> {
  const { features } = await openEngine(entryText(entry), options)
  return features.for(worldOf(facts)).decide('x')
}

/**
 * A live config whose only entry, `feature_x`, is this YAML: on the same line, or on lines of its
 * own.
 */
export const entryText = (entry: string): string =>
  entry.startsWith('\n') ? `feature_x:${entry}\n` : `feature_x: ${entry}\n`

/** A problem as tests compare it: the place in the form `line:column`. */
export interface PlacedProblem {
  readonly code: string
  readonly severity: string
  readonly at: string
  readonly path: string | undefined
}

/** The problems of one entry. */
export const problemsOf = (entry: string, compat: Compat = 'liveflag'): readonly PlacedProblem[] =>
  checkText(entryText(entry), { compat }).problems.map(
    ({ code, severity, line, column, path }) => ({ code, severity, at: `${line}:${column}`, path }),
  )

/** The messages of the problems of one entry. */
export const messagesOf = (entry: string, compat: Compat = 'liveflag'): readonly string[] =>
  checkText(entryText(entry), { compat }).problems.map(({ message }) => message)
