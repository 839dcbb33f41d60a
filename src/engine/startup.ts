import { LiveflagError } from '../core/errors'
import { LONGEST_TIMER_MS } from '../core/options'
import { problemText } from '../core/problem'
import type { Selector } from '../core/selector'
import type { Source, SourceMetrics } from '../core/source'
import type { LiveConfig } from '../live-config/live-config'
import { withinTime } from '../runtime/wait'
import { selectors } from '../selectors'
import { withCustom } from '../selectors/custom'
import type { Settled } from './options'

/** The selectors that are built in, and those of the application. */
export const selectorsOf = (options: Settled): readonly Selector[] =>
  withCustom(selectors, options.selectors, 'openFeatures')

/** The names of sources whose features are overrides. */
export const overridesIn = (sources: readonly Source[]): ReadonlySet<string> =>
  new Set(sources.filter(({ isOverride }) => isOverride).map(({ name }) => name))

/**
 * Sources in use in this process: a source reports to one engine only, so a second engine would
 * take it away from the first.
 */
const inUse = new WeakSet<Source>()

/** Marks these sources as in use; throws LIVEFLAG_BAD_OPTION when another engine has opened one. */
export function claim(sources: readonly Source[]): void {
  const taken = sources.find((source, i) => inUse.has(source) || sources.indexOf(source) !== i)
  if (taken)
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `openFeatures: the source ${taken.name} is open already; make one for each engine and each place, or close the other engine first`,
    )
  for (const source of sources) inUse.add(source)
}

export function release(sources: readonly Source[]): void {
  for (const source of sources) inUse.delete(source)
}

/** Opens every source; rejects with LIVEFLAG_NO_CONFIG when there is no content afterwards. */
export async function openSources(
  sources: readonly Source[],
  config: LiveConfig,
  { waitForFile, strict }: Pick<Settled, 'waitForFile' | 'strict'>,
  metrics?: SourceMetrics,
): Promise<void> {
  await Promise.all(
    sources.map((source, index) =>
      source.open(metrics ? { ...config.sink(index), metrics } : config.sink(index)),
    ),
  )
  if (!config.isComplete && waitForFile !== false)
    await waited(config, waitForFile === true ? undefined : waitForFile)
  if (!config.isComplete) throw noConfig(config, waitForFile)
  if (strict) expectNoErrors(config)
}

function expectNoErrors(config: LiveConfig): void {
  const errors = config.problems.filter(({ severity }) => severity === 'error')
  if (errors.length === 0) return
  throw new LiveflagError(
    'LIVEFLAG_NO_CONFIG',
    `strict does not start with what was refused: ${errors.map(problemText).join('; ')}; correct it, or leave strict out`,
    { cause: errors },
  )
}

/** Waits for content. Keeps the process alive meanwhile, which a source does not do by itself. */
function waited(config: LiveConfig, limitMs = LONGEST_TIMER_MS): Promise<void> {
  const complete = new Promise<void>((resolve) => config.onComplete(resolve))
  const longest = Math.min(limitMs, LONGEST_TIMER_MS)
  return withinTime(complete, longest, () => undefined, { keepAlive: true })
}

function noConfig(config: LiveConfig, waitForFile: boolean | number): LiveflagError {
  const problems = config.problems.filter(
    ({ severity, feature }) => severity === 'error' && feature === undefined,
  )
  const hint =
    waitForFile === false
      ? 'give a usable live config, or set waitForFile to wait for one'
      : 'waitForFile has run out'
  return new LiveflagError(
    'LIVEFLAG_NO_CONFIG',
    `no live config to start with: ${problems.map(problemText).join('; ') || 'the source gave no content'}; ${hint}`,
    { cause: problems },
  )
}
