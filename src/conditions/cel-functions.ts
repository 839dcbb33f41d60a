import type { Environment } from '@marcbachmann/cel-js' with { 'resolution-mode': 'import' }
import { isRecord } from '../core/coercion'
import { timeOf } from '../core/time'
import { OWN } from './cel-tree'

type Numeric = number | bigint | { valueOf(): bigint }

/** Arithmetic of a request's numbers, which are doubles, with whole literals. CEL has no mixed. */
const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
}
const MIXED = [
  ['double', 'int'],
  ['int', 'double'],
  ['double', 'uint'],
  ['uint', 'double'],
] as const

/** Methods that take a place in a text, which may be a request's number, too. */
const PLACES: Readonly<Record<string, (text: string, ...at: number[]) => string>> = {
  'string.substring(double): string': (text, from) => sliced(text, from, text.length),
  'string.substring(double, double): string': sliced,
  'string.substring(int, double): string': sliced,
  'string.substring(double, int): string': sliced,
}

/** Adds what liveflag has beside CEL: mixed arithmetic, members that may be absent, strict times. */
export function registerFunctions(
  cel: Environment,
  matches: (text: string, pattern: string) => boolean,
): Environment {
  for (const [operator, compute] of Object.entries(ARITHMETIC))
    for (const [left, right] of MIXED)
      cel.registerOperator(`${left} ${operator} ${right}: double`, (a: Numeric, b: Numeric) =>
        compute(Number(a), Number(b)),
      )
  cel.registerOperator('double % double: double', (a: number, b: number) => a % b)
  cel.registerOperator('double == int: bool', (a: number, b: bigint) => a === Number(b))
  for (const [signature, method] of Object.entries(PLACES))
    cel.registerFunction(signature, (text: string, ...at: (number | bigint)[]) =>
      method(text, ...at.map(Number)),
    )
  return cel
    .registerFunction(`${OWN.member}(dyn, dyn): dyn`, memberOf)
    .registerFunction(`${OWN.given}(dyn): dyn`, given)
    .registerFunction(`${OWN.has}(dyn): bool`, (value: unknown) => value !== null)
    .registerFunction(`${OWN.time}(dyn): dyn`, timeGiven)
    .registerFunction(`string.${OWN.matches}(string): bool`, matches)
}

/** A member that is the value's own; null when there is none. */
function memberOf(value: unknown, key: unknown): unknown {
  if (value instanceof Map) {
    const map: ReadonlyMap<unknown, unknown> = value
    return map.get(key) ?? (Number.isInteger(key) ? map.get(BigInt(key as number)) : null) ?? null
  }
  if (!isRecord(value)) return null
  const name = String(key)
  if (Array.isArray(value) && !/^\d+$/.test(name)) return null
  return Object.hasOwn(value, name) ? (value[name] ?? null) : null
}

function given(value: unknown): unknown {
  if (value === null) throw new Error('the member is absent or null')
  return value
}

/** Seconds are whole in CEL, and the numbers of a request are doubles. */
function timeGiven(value: unknown): unknown {
  if (typeof value === 'string') return wholeTime(value)
  return typeof value === 'number' ? BigInt(Math.trunc(value)) : value
}

/** A time that exists, with everything that CEL wants of one. */
function wholeTime(text: string): string {
  if (Number.isNaN(timeOf(text)))
    throw new Error(
      `${JSON.stringify(text)} is no time; write one that exists, with its zone, such as 2026-05-01T09:00:00Z`,
    )
  if (!text.includes('T')) return `${text}T00:00:00Z`
  return text.replace(/(T\d\d:\d\d)(?!:)/, '$1:00')
}

function sliced(text: string, from = 0, to = text.length): string {
  if (!(from >= 0 && from <= to && to <= text.length))
    throw new Error('the place is not in the text')
  return text.slice(from, to)
}
