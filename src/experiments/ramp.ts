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

/** A percentage that grows with time. */
export interface Ramp {
  /** The percentage at a time, in milliseconds since 1970: it never falls. */
  percentAt(now: number): number
  /** When it turns: at its start, at the beginning and the end of each hold, at its end. */
  readonly turns: readonly number[]
  readonly to: number
}

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
  const read = new RampReader(written, wrong)
  return beside === undefined && unknown === undefined ? read.ramp() : void read.ramp()
}

type Wrong = (message: string, key?: string, code?: EntryProblem['code']) => void

class RampReader {
  constructor(
    private readonly value: JsonObject,
    private readonly wrong: Wrong,
  ) {}

  ramp(): Ramp | undefined {
    const from = this.percent('from', 0)
    const to = this.percent('to')
    const over = this.duration('over')
    const start = this.start()
    const holds = this.holds()
    const holdFor = this.duration('hold_for', HOLD_FOR)
    if (from === undefined || to === undefined || over === undefined) return undefined
    if (start === undefined || holds === undefined || holdFor === undefined) return undefined
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
    return rampThrough(pointsOf({ from, to, over, start, holds, holdFor }))
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

  private holds(): readonly number[] | undefined {
    const value = own(this.value, 'hold_at') ?? []
    const list = isJsonList(value) ? value : [null]
    const holds = list.filter((hold) => typeof hold === 'number')
    if (holds.length === list.length) return [...new Set(holds)].sort((a, b) => a - b)
    return void this.wrong('hold_at is no list of percentages; write [5, 25]', 'hold_at')
  }
}

interface Written {
  readonly from: number
  readonly to: number
  readonly over: number
  readonly start: number
  readonly holds: readonly number[]
  readonly holdFor: number
}

interface Point {
  readonly at: number
  readonly percent: number
}

/** The corners of the ramp. */
function pointsOf({ from, to, over, start, holds, holdFor }: Written): readonly Point[] {
  const points: Point[] = [{ at: start, percent: from }]
  let held = 0
  for (const hold of holds) {
    const reached = start + held + Math.round(((hold - from) / (to - from)) * over)
    points.push({ at: reached, percent: hold }, { at: reached + holdFor, percent: hold })
    held += holdFor
  }
  return [...points, { at: start + held + over, percent: to }]
}

function rampThrough(points: readonly Point[]): Ramp {
  const last = points.at(-1)?.percent ?? 0
  return {
    to: last,
    turns: [...new Set(points.map(({ at }) => at))],
    percentAt(now) {
      const next = points.findIndex(({ at }) => at > now)
      const [a, b] = [points[next - 1], points[next]]
      if (b === undefined) return last
      // Nobody is in before it starts.
      if (a === undefined) return 0
      const grown = a.percent + (b.percent - a.percent) * ((now - a.at) / (b.at - a.at))
      return Math.min(b.percent, Math.max(a.percent, grown))
    },
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
  return `${of('from')} to ${of('to')} %, over ${of('over')} from ${of('start')}${held}`
}

const SILENT: RampPlace = { path: [], report: () => undefined }

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
