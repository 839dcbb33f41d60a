import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import type { Schema } from '../core/selector'
import { timeOf } from '../core/time'
import type { RampEdit } from './ramp-course'

const PERCENT: Schema = { type: 'number', minimum: 0, maximum: 100 }

/** What `liveflag gates` wrote of one ramp. */
export const EDITS: Schema = {
  type: 'array',
  description: 'What became of its gates, in order; written by liveflag gates.',
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
