import type { Asker } from '../core/asker'
import type { Assignment } from '../core/assignment'
import { type Claim, claimOf, Drawn, noUser } from '../core/decision'
import { walk } from '../core/feature'
import { type JsonObject, type JsonValue, kindOf, own, truthy } from '../core/json'
import {
  type Compat,
  FLAG,
  type InnerStep,
  type Match,
  type Place,
  type Schema,
} from '../core/selector'
import { bucketOf } from '../hash/r2'
import { CONTROL, controlProblems } from './control'
import { readDuration } from './duration'
import { compileLife, type LifeParts } from './life'
import { hasLife, LIFE_KEYS } from './life-keys'
import { producedByExperiment } from './produced'
import { REPORT_BY, reportByProblems } from './report-by'
import { isStable } from './scheme'
import { stableDraw } from './stable-draw'
import { NOBODY, pageUnit, type UnitSource, userUnit } from './unit'
import { type SizedVariant, sizedVariants, readVariants, variantOf } from './variants'
import { VARIANT_KEYS } from './weighted'

const SELECTOR = 'experiment'
const STOPPED = claimOf({ enabled: false, reason: 'DISABLED', selector: SELECTOR })
const EXCLUDED = claimOf({ enabled: false, reason: 'SPLIT', selector: SELECTOR })
const NO_USER = noUser(SELECTOR)
const NO_UNIT = claimOf({ enabled: false, reason: 'DEFAULT', selector: SELECTOR })

/** The keys of an experiment besides selectors; the schema is built from them. */
export const EXPERIMENT_KEYS: Readonly<Record<string, Schema>> = {
  enabled: {
    enum: ['on', 'off', true, false],
    description:
      'on makes everyone eligible; off and false stop the experiment; true (the default) leaves it to the selectors.',
  },
  experiment_id: { description: 'Sent with every exposure, as it is written.' },
  experiment_seed: { description: 'Read by r2 and never used; has no effect here either.' },
  variants: {
    description:
      "Each variant's percentage, at most 100/n of n variants; control_1 and control_2 are added with 10 each unless named. Or a list of variants with name, weight and value, of which none is added.",
    anyOf: [
      { type: 'object', additionalProperties: { type: 'number', minimum: 0, maximum: 100 } },
      {
        type: 'array',
        items: {
          type: 'object',
          properties: VARIANT_KEYS,
          required: ['name'],
          additionalProperties: false,
        },
      },
    ],
  },
  ranges: {
    type: 'object',
    description:
      'With bucketing: stable, which of a million points each variant owns, as lists of [from, to]; written by liveflag reweight.',
    additionalProperties: {
      type: 'array',
      items: {
        type: 'array',
        items: { type: 'integer', minimum: 0, maximum: 1_000_000 },
        minItems: 2,
        maxItems: 2,
      },
    },
  },
  page: { ...FLAG, description: 'Buckets the page behind the URL instead of the visitor.' },
  subreddit_only: { ...FLAG, description: 'With page: only listings of a subreddit.' },
  link_only: { ...FLAG, description: 'With page: only links, and comments as their link.' },
  window: {
    type: 'string',
    pattern: '^[0-9]{1,6}[dhm]$',
    description:
      'For how long after its exposure the conversions of a unit count in reports: 7d, 12h or 30m. Left out: without end.',
  },
  report_by: REPORT_BY,
  control: CONTROL,
}

const OWN_KEYS = Object.keys(EXPERIMENT_KEYS)
const ALL_KEYS = [...OWN_KEYS, ...Object.keys(LIFE_KEYS)]

/**
 * Compiles `experiment`: who is eligible, what is bucketed, and which variant it falls into
 * (docs/spec/r2.md, section 9).
 */
export function compileExperiment(
  experiment: JsonObject,
  place: Place,
): Match | readonly InnerStep[] {
  checkFlags(experiment, place)
  checkWindow(experiment, place)
  checkReporting(experiment, place)
  checkScheme(experiment, place)
  // What is compiled must not refer to the place, which would stay in memory with it.
  const r2 = place.compat === 'r2'
  if (!r2 && hasLife(experiment)) return compileLife(experiment, place, partsOf(experiment, place))
  const draw = compileDraw(experiment, place)
  const enabled = own(experiment, 'enabled')
  const who = place.who(experiment, place.path, r2 ? OWN_KEYS : ALL_KEYS)
  if (enabled === 'off') return () => (r2 ? undefined : STOPPED)
  const everyone = enabled === 'on'
  const runs = enabled === undefined || enabled === true || (r2 && truthy(enabled))
  if (runs && !everyone && who.length === 0) reportNobody(place)
  if (!everyone && !runs && !r2) return () => STOPPED
  return (asker) => {
    if (!everyone && walk(who, asker)?.enabled !== true) return undefined
    return everyone || runs ? draw(asker) : STOPPED
  }
}

function checkWindow(experiment: JsonObject, place: Place): void {
  const window = own(experiment, 'window')
  // Within no time nobody converts.
  if (window === undefined || place.compat === 'r2' || readDuration(window)) return
  place.report({
    code: 'bad-type',
    path: [...place.path, 'window'],
    message: `window is ${typeof window === 'string' ? JSON.stringify(window) : kindOf(window)}; write a length of time, such as 7d, 12h or 30m`,
  })
}

/** What says how it is reported. */
function checkReporting(experiment: JsonObject, place: Place): void {
  const { compat, entry } = place
  if (compat === 'r2') return
  const { variants = [] } = producedByExperiment(experiment, entry, compat)
  for (const problem of [...reportByProblems(experiment), ...controlProblems(experiment, variants)])
    place.report({ ...problem, path: [...place.path, ...(problem.path ?? [])] })
}

const partsOf = (experiment: JsonObject, place: Place): LifeParts => ({
  who: place.who(experiment, place.path, ALL_KEYS),
  unit: unitSource(experiment, place),
  draw: () => compileDraw(experiment, place),
})

const unitSource = (experiment: JsonObject, place: Place): UnitSource =>
  truthy(own(experiment, 'page')) ? pageUnit(experiment) : userUnit(place.loggedOutExperiments)

/**
 * Compiles the draw without eligibility, which r2's `variant()` asks for (docs/spec/r2.md, section
 * 11).
 */
export function compileDraw(entry: JsonObject, place: Place): (asker: Asker) => Claim {
  if (isStable(place.entry, place.compat)) {
    const undrawn = { noUnit: NO_UNIT, excluded: EXCLUDED }
    return stableDraw(entry, place, unitSource(entry, place), undrawn)
  }
  const variants = sizedVariants(readVariants(own(entry, 'variants'), place), place)
  const { kind, unitOf } = unitSource(entry, place)
  const drawing: Drawing = {
    kind,
    experiment: place.feature,
    experimentId: own(entry, 'experiment_id') ?? undefined,
    compat: place.compat,
  }
  const pointOf = place.bucketing.pointOf(place.feature)
  const nobody = place.compat === 'r2' ? NO_USER : NO_UNIT
  return (asker) => {
    const unit = unitOf(asker)
    if (unit === null) return NO_UNIT
    if (unit === NOBODY) return nobody
    const bucket = bucketOf(pointOf(unit))
    const drawn = variantOf(variants, bucket)
    asker.trace?.drew({ unit, bucket, passed: drawn !== undefined, test: testOf(variants, bucket) })
    return drawn === undefined ? EXCLUDED : new DrawnVariant(unit, bucket, drawn, drawing)
  }
}

/** What the assignments of one experiment have in common. */
interface Drawing {
  readonly kind: Assignment['kind']
  readonly experiment: string
  readonly experimentId: JsonValue | undefined
  readonly compat: Compat
}

class DrawnVariant extends Drawn {
  constructor(
    unit: string,
    bucket: number,
    private readonly owner: SizedVariant,
    private readonly drawing: Drawing,
  ) {
    super(unit, bucket)
  }

  get enabled(): boolean {
    return this.owner.enabled
  }

  get variant(): string {
    return this.owner.name
  }

  get selector(): string {
    return SELECTOR
  }

  get assignment(): Assignment {
    const { unit, bucket, variant } = this
    const { kind, experiment, experimentId } = this.drawing
    // Two literals instead of one with an optional key: each is created in one step.
    return experimentId === undefined
      ? { kind, experiment, variant, unit, bucket }
      : { kind, experimentId, experiment, variant, unit, bucket }
  }

  override get warning(): Claim['warning'] {
    return this.owner.overCap && this.drawing.compat === 'r2' ? 'variant-over-cap' : undefined
  }
}

function testOf(variants: readonly SizedVariant[], bucket: number): string {
  const turn = variants[bucket % variants.length]
  return turn
    ? `bucket ${bucket} mod ${variants.length} is ${turn.name}'s; it holds its buckets below ${turn.limit}`
    : ''
}

function checkFlags(experiment: JsonObject, place: Place): void {
  if (place.compat === 'r2') return
  const wrong = (key: string, value: JsonValue, write: string): void =>
    place.report({
      code: 'bad-type',
      path: [...place.path, key],
      message: `${key} is ${kindOf(value)}; write ${write}`,
    })
  const id = own(experiment, 'experiment_id') ?? 0
  if (typeof id !== 'number' && (typeof id !== 'string' || id.trim() === ''))
    place.report({
      code: 'bad-type',
      severity: 'warning',
      path: [...place.path, 'experiment_id'],
      message: `experiment_id is ${typeof id === 'string' ? 'an empty text' : kindOf(id)}, so records and reports call the experiment ${JSON.stringify(id)}; write text or a number`,
    })
  for (const key of ['page', 'subreddit_only', 'link_only']) {
    const value = own(experiment, key)
    if (value !== undefined && typeof value !== 'boolean') wrong(key, value, 'true or false')
  }
  const enabled = own(experiment, 'enabled')
  if (
    enabled !== undefined &&
    typeof enabled !== 'boolean' &&
    enabled !== 'on' &&
    enabled !== 'off'
  ) {
    wrong('enabled', enabled, 'on, off, true or false')
  }
  if (experiment.subreddit_only === true && experiment.link_only === true) {
    const message = 'subreddit_only and link_only together fit no page; keep one of them'
    place.report({
      code: 'nobody-eligible',
      severity: 'warning',
      path: [...place.path, 'link_only'],
      at: 'key',
      message,
    })
  }
}

/** Ranges beside another scheme would be read by nobody. */
function checkScheme(experiment: JsonObject, place: Place): void {
  if (!Object.hasOwn(experiment, 'ranges') || isStable(place.entry, place.compat)) return
  const message =
    'ranges are read with bucketing: stable beside the experiment; add it, or remove them'
  place.report({ code: 'bad-ranges', path: [...place.path, 'ranges'], at: 'key', message })
}

function reportNobody(place: Place): void {
  const message =
    'the experiment has no selector, so nobody is eligible; add one, such as loggedin: true, or enabled: on for everyone'
  place.report({ code: 'nobody-eligible', severity: 'warning', at: 'key', message })
}
