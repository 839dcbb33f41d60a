import type { EntryInForce } from '../core/entry-in-force'
import type { JsonValue } from '../core/json'
import { ANYTHING, badOption, checkOptions, objectWith } from '../core/options'
import type { Exposure } from '../engine/exposure'
import type { FeatureUsage } from '../engine/usage'
import { idOf } from '../experiments/life'
import type { BufferedWriter } from '../recording/buffered-writer'
import type { ExposureRow, UsageRow } from '../recording/store'
import { ConfigLog, PROCESS } from '../recording/config-log'
import { drawnBy } from '../recording/drawn-by'
import { freshId } from './fresh-id'

/**
 * Writes exposures behind the requests that make them: `openFeatures({ onExposure:
 * exposureRecorder(writer) })`. Of a unit that saw the same variant of the same experiment before,
 * the first time stays. The text of each entry is written once, by the second argument: pass it on
 * when you wrap the function.
 */
export function exposureRecorder(
  writer: BufferedWriter,
  options: { readonly source?: ExposureRow['source'] } = {},
): (exposure: Exposure, entry?: EntryInForce) => void {
  checkOptions('exposureRecorder', options, { source: ANYTHING })
  checkWriter('exposureRecorder', writer)
  const { source = 'backend' } = options
  const configs = new ConfigLog(writer)
  return (exposure, entry) => {
    if (entry) configs.add(exposure.feature, entry, exposure.at)
    writer.offer({ exposures: [exposureRow(exposure, source)] })
  }
}

/**
 * Writes each use of a feature, behind the requests that make them: `openFeatures({ onUsage:
 * usageRecorder(writer) })`.
 */
export function usageRecorder(writer: BufferedWriter): (usage: FeatureUsage) => void {
  checkWriter('usageRecorder', writer)
  return (usage) => void writer.offer({ usages: [usageRow(usage)] })
}

const WRITER = objectWith(['offer'], 'what bufferedWriter returned')

function checkWriter(call: string, writer: unknown): void {
  if (!WRITER.fits(writer)) throw badOption(call, 'the writer', writer, WRITER.wanted)
}

/** An exposure as stores have it. */
export function exposureRow(exposure: Exposure, source: ExposureRow['source']): ExposureRow {
  const { unit, kind, feature, variant, experimentId, bucket, generation, at, hash, result } =
    exposure
  const { revision = null, config = null, user = null, loid = null } = exposure
  return {
    unit,
    kind,
    feature,
    variant,
    source,
    at,
    generation,
    experiment: idOf(experimentId, feature),
    ...drawnBy(bucket, hash, result !== undefined),
    revision,
    config,
    process: PROCESS,
    user,
    loid,
    attributes: exposure.attributes ?? null,
    data: result ? dataOf(exposure) : isSignedOut(exposure) ? { signed_out: true } : null,
  }
}

/** Then the unit is the logged-out id, which looks like any other. */
const isSignedOut = ({ kind, user, loid }: Exposure): boolean =>
  kind === 'user' && user === undefined && loid !== undefined

/** What GrowthBook's "Experiment Viewed" tells besides (docs/spec/remote-config.md, section 10). */
function dataOf({ experiment, result }: Exposure): JsonValue {
  const text = (value: unknown): JsonValue =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? value
      : null
  return {
    experiment_name: text(experiment?.['name']),
    variation_key: text(result?.key),
    variation_name: text(result?.name),
    hash_attribute: text(result?.hashAttribute),
    hash_value: text(result?.hashValue),
    bucket: text(result?.bucket),
    in_experiment: text(result?.inExperiment),
    hash_used: text(result?.hashUsed),
    sticky_bucket_used: text(result?.stickyBucketUsed),
    feature_id: text(result?.featureId),
  }
}

function usageRow({ feature, value, source, decision, user, at }: FeatureUsage): UsageRow {
  return {
    id: freshId(),
    feature,
    value,
    user: user ?? null,
    at,
    reason: source ?? null,
    generation: decision.generation ?? null,
  }
}
