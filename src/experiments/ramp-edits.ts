import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import type { Schema } from '../core/selector'
import { timeOf } from '../core/time'

/** What became of a gate: an edit of the ramp. */
export interface RampEdit {
  /** Milliseconds since 1970. */
  readonly at: number
  /** `resume`: it grows again, as from its start, and the gates are judged anew. */
  readonly outcome: 'pass' | 'fail' | 'resume'
  /** The percentage of the hold that passed, or at which it failed. */
  readonly percent: number
  /** Where a failure puts it back to. */
  readonly to: number
  readonly reason: string
}

const PERCENT: Schema = { type: 'number', minimum: 0, maximum: 100 }

/** What `liveflag gates` wrote of one ramp. */
export const EDITS: Schema = {
  type: 'array',
  description:
    'What became of its gates, in the order in which it was written; written by liveflag gates.',
  items: {
    type: 'object',
    required: ['at', 'outcome'],
    properties: {
      at: { type: 'string', description: 'When.' },
      outcome: {
        enum: ['pass', 'fail', 'resume'],
        description: 'pass: the hold ends. fail: it goes back. resume: it grows again.',
      },
      percent: { ...PERCENT, description: 'Where it was: of pass, the hold that ends.' },
      to: { ...PERCENT, description: 'Of fail: where it goes back to; default 0.' },
      reason: { type: 'string', description: 'The metrics and their figures.' },
    },
    additionalProperties: false,
  },
}

const KEYS = ['at', 'outcome', 'percent', 'to', 'reason']
const OUTCOMES = ['pass', 'fail', 'resume'] as const

/** Reads the edits of a ramp; undefined when one of them is wrong. */
export function readEdits(
  value: JsonValue | undefined,
  wrong: (message: string, key?: string) => void,
): readonly RampEdit[] | undefined {
  if (value === undefined) return []
  const edits = isJsonList(value)
    ? value.map((one) => (isJsonObject(one) ? editIn(one) : undefined))
    : []
  const good = edits.filter((edit) => edit !== undefined)
  if (isJsonList(value) && good.length === value.length) return good
  const which = edits.findIndex((edit) => edit === undefined)
  const what = which < 0 ? 'edits is no list' : `edits has at position ${which + 1} what is no edit`
  return void wrong(
    `${what}; write {at: 2026-05-04T10:00:00Z, outcome: pass, percent: 5, reason: …}, as liveflag gates does`,
    'edits',
  )
}

function editIn(written: JsonObject): RampEdit | undefined {
  const [at, percent, to, reason] = [
    own(written, 'at'),
    own(written, 'percent') ?? 0,
    own(written, 'to') ?? 0,
    own(written, 'reason') ?? '',
  ]
  const outcome = OUTCOMES.find((known) => known === own(written, 'outcome'))
  const time = typeof at === 'string' ? timeOf(at) : NaN
  const isKnown = Object.keys(written).every((key) => KEYS.includes(key))
  if (!isKnown || outcome === undefined || Number.isNaN(time) || typeof reason !== 'string')
    return undefined
  if (!isPercent(percent) || !isPercent(to)) return undefined
  return { at: time, outcome, percent, to, reason }
}

const isPercent = (value: JsonValue): value is number =>
  typeof value === 'number' && value >= 0 && value <= 100

/**
 * The edits that count, with the time from which on each does, in its order. What answers what is the
 * order in which they were written: clocks differ, so a resume may have an earlier time than the failure
 * that it answers. That failure then counts with the resume, and never by itself; a pass that was
 * written before the resume and has a later time is of the run that is over.
 *
 * @param edits in the order in which they were written
 */
export function countingEdits(edits: readonly RampEdit[]): readonly RampEdit[] {
  const counting: RampEdit[] = []
  let resumedAt = Infinity
  for (const edit of edits.toReversed()) {
    if (edit.outcome === 'pass' && edit.at > resumedAt) continue
    const at = Math.min(edit.at, resumedAt)
    counting.push(at === edit.at ? edit : { ...edit, at })
    if (edit.outcome === 'resume') resumedAt = at
  }
  return counting.reverse().sort((a, b) => a.at - b.at)
}
