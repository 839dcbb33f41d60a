import {
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  kindOf,
  own,
} from '../core/json'
import type { Path } from '../core/problem'
import type { EntryProblem, Schema } from '../core/selector'
import { didYouMean } from '../core/suggest'
import { timeOf } from '../core/time'
import { type Ramp, rampOf } from './ramp-course'
import { EDITS, readEdits } from './ramp-edits'

export type { Held, Ramp, RampEdit } from './ramp-course'

const DURATION = /^(\d{1,4})([mhd])$/
const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 }
const HOLD_FOR = '1d'

const TIME_SPAN: Schema = { type: 'string', pattern: '^[0-9]{1,4}[mhd]$' }
const SHARE: Schema = { type: 'number', minimum: 0, maximum: 100 }

const KEYS: Readonly<Record<string, Schema>> = {
  from: { ...SHARE, description: 'The percentage at its start; default 0.' },
  to: { ...SHARE, description: 'The percentage at its end.' },
  over: { ...TIME_SPAN, description: 'How long it grows, without its holds: 30m, 12h or 7d.' },
  start: { type: 'string', description: 'When: 2026-05-01, or 2026-05-01T09:00:00Z.' },
  hold_at: {
    type: 'array',
    items: SHARE,
    description: 'Percentages at which it stays for hold_for before it goes on.',
  },
  hold_for: { ...TIME_SPAN, description: 'How long it stays at each of hold_at; default 1d.' },
  gates: {
    type: 'array',
    items: { type: 'string', minLength: 1 },
    minItems: 1,
    description:
      'Of traffic: guardrail metrics. It leaves a hold once liveflag gates found that all of them pass, and goes back when one fails.',
  },
  edits: EDITS,
}

/** The value of a key that takes a percentage or a ramp. */
export const RAMP: Schema = {
  type: 'object',
  properties: {
    ramp: {
      type: 'object',
      properties: KEYS,
      required: ['to', 'over', 'start'],
      additionalProperties: false,
    },
  },
  required: ['ramp'],
  additionalProperties: false,
}

/** Where a ramp is read. */
export interface RampPlace {
  /** The key that has it. */
  readonly path: Path
  /** Whether the units of an experiment are recorded, by which gates are judged. */
  readonly hasUnits?: boolean
  report(problem: EntryProblem): void
}

/** Whether a value is meant as a ramp. */
export const isRamp = (value: JsonValue | undefined): value is JsonObject =>
  isJsonObject(value) && Object.hasOwn(value, 'ramp')

/** Reads `{ramp: {…}}`; reports and returns undefined when it is not valid. */
export function readRamp(value: JsonObject, place: RampPlace): Ramp | undefined {
  const { path } = place
  const written = own(value, 'ramp')
  const at: Path = [...path, 'ramp']
  const wrong = (message: string, key?: string, code: EntryProblem['code'] = 'bad-type'): void =>
    place.report({ code, path: key === undefined ? at : [...at, key], message })
  const beside = Object.keys(value).find((key) => key !== 'ramp')
  if (beside !== undefined)
    place.report({
      code: 'unknown-key',
      path: [...path, beside],
      at: 'key',
      message: `${JSON.stringify(beside)} is beside ramp; write it within`,
    })
  if (!isJsonObject(written))
    return void wrong(
      `ramp is ${kindOf(written ?? null)}; write {to: 100, over: 7d, start: 2026-05-01}`,
    )
  const unknown = Object.keys(written).find((key) => !Object.hasOwn(KEYS, key))
  if (unknown !== undefined) {
    const meant = didYouMean(unknown, Object.keys(KEYS))
    place.report({
      code: 'unknown-key',
      path: [...at, unknown],
      at: 'key',
      message: `${JSON.stringify(unknown)} is no key of a ramp; ${meant ? `did you mean ${meant}?` : `it has ${Object.keys(KEYS).join(', ')}`}`,
    })
  }
  const read = new RampReader(written, wrong, place.hasUnits === true)
  return beside === undefined && unknown === undefined ? read.ramp() : void read.ramp()
}

type Wrong = (message: string, key?: string, code?: EntryProblem['code']) => void

class RampReader {
  constructor(
    private readonly value: JsonObject,
    private readonly wrong: Wrong,
    private readonly hasUnits: boolean,
  ) {}

  ramp(): Ramp | undefined {
    const from = this.percent('from', 0)
    const to = this.percent('to')
    const over = this.duration('over')
    const start = this.start()
    const holds = this.holds()
    const holdFor = this.duration('hold_for', HOLD_FOR)
    const gates = this.gates(holds ?? [])
    const edits = readEdits(own(this.value, 'edits'), this.wrong)
    if (from === undefined || to === undefined || over === undefined) return undefined
    if (start === undefined || holds === undefined || holdFor === undefined) return undefined
    if (gates === undefined || edits === undefined) return undefined
    if (to <= from)
      return void this.wrong(
        `to is ${to}, which is not above from, ${from}: a ramp only grows; write a plain percentage to go back`,
        'to',
        'out-of-range',
      )
    const outside = holds.find((hold) => hold < from || hold > to)
    if (outside !== undefined)
      return void this.wrong(
        `hold_at has ${outside}, which is not from ${from} to ${to}`,
        'hold_at',
        'out-of-range',
      )
    return rampOf({ from, to, over, start, holds, holdFor, gates, edits })
  }

  private percent(key: string, otherwise?: number): number | undefined {
    const value = own(this.value, key) ?? otherwise
    if (typeof value === 'number' && value >= 0 && value <= 100) return value
    const is = value === undefined ? `${key} is missing` : `${key} is ${JSON.stringify(value)}`
    return void this.wrong(
      `${is}; write a percentage from 0 to 100`,
      own(this.value, key) === undefined ? undefined : key,
      typeof value === 'number' ? 'out-of-range' : 'bad-type',
    )
  }

  private duration(key: string, otherwise?: string): number | undefined {
    const value = own(this.value, key) ?? otherwise
    const [, count, unit] = DURATION.exec(typeof value === 'string' ? value : '') ?? []
    const ms = Number(count) * (UNITS[unit as keyof typeof UNITS] ?? NaN)
    if (ms > 0) return ms
    const is = value === undefined ? `${key} is missing` : `${key} is ${JSON.stringify(value)}`
    return void this.wrong(
      `${is}; write a time span, such as 30m, 12h or 7d`,
      own(this.value, key) === undefined ? undefined : key,
    )
  }

  private start(): number | undefined {
    const value = own(this.value, 'start')
    const time = typeof value === 'string' ? timeOf(value) : NaN
    if (!Number.isNaN(time)) return time
    const is = value === undefined ? 'start is missing' : `start is ${JSON.stringify(value)}`
    return void this.wrong(
      `${is}; write a date such as 2026-05-01, or a time with its zone, such as 2026-05-01T09:00:00Z`,
      value === undefined ? undefined : 'start',
    )
  }

  private gates(holds: readonly number[]): readonly string[] | undefined {
    const value = own(this.value, 'gates')
    if (value === undefined) return []
    const names = isJsonList(value)
      ? value.filter((name) => typeof name === 'string' && name.trim() !== '')
      : []
    if (!isJsonList(value) || names.length < value.length || names.length === 0)
      return void this.wrong('gates is no list of metrics; write [errors, latency]', 'gates')
    if (!this.hasUnits)
      return void this.wrong(
        'gates are judged by the units of an experiment, which a percentage does not record; make the ramp the traffic of an experiment with a control',
        'gates',
      )
    if (holds.length === 0)
      return void this.wrong(
        'gates are judged where the ramp is held, and there is no hold_at; add one, such as [5, 25]',
        'gates',
      )
    return [...new Set(names)] as readonly string[]
  }

  private holds(): readonly number[] | undefined {
    const value = own(this.value, 'hold_at') ?? []
    const list = isJsonList(value) ? value : [null]
    const holds = list.filter((hold) => typeof hold === 'number')
    if (holds.length === list.length) return [...new Set(holds)].sort((a, b) => a - b)
    return void this.wrong('hold_at is no list of percentages; write [5, 25]', 'hold_at')
  }
}

/** `1 to 100 %, over 7d from 2026-05-01`; undefined of a ramp that is not valid. */
export function rampInWords(value: JsonObject): string | undefined {
  const ramp = readRamp(value, SILENT)
  const written = own(value, 'ramp')
  if (ramp === undefined || !isJsonObject(written)) return undefined
  const of = (key: string): string => JSON.stringify(own(written, key) ?? 0).replaceAll('"', '')
  const holds = own(written, 'hold_at')
  const held =
    isJsonList(holds) && holds.length > 0
      ? `, held at ${holds.map((hold) => JSON.stringify(hold)).join(' and ')} %`
      : ''
  const gates = ramp.gates.length === 0 ? '' : ` until ${ramp.gates.join(' and ')} pass`
  return `${of('from')} to ${of('to')} %, over ${of('over')} from ${of('start')}${held}${gates}`
}

const SILENT: RampPlace = { path: [], hasUnits: true, report: () => undefined }

/** A ramp of an entry, and the way to the key that has it. */
export interface RampIn {
  readonly path: readonly string[]
  readonly ramp: Ramp
}

/** The keys that take a ramp. */
const PLACES = [['percent_loggedin'], ['percent_loggedout'], ['experiment', 'traffic']] as const

/** Every valid ramp of an entry. */
export const rampsIn = (entry: JsonValue | undefined): readonly RampIn[] =>
  PLACES.flatMap((path): readonly RampIn[] => {
    const value = path.reduce<JsonValue | undefined>(
      (within, key) => (isJsonObject(within) ? own(within, key) : undefined),
      entry,
    )
    const ramp = isRamp(value) ? readRamp(value, SILENT) : undefined
    return ramp ? [{ path, ramp }] : []
  })
