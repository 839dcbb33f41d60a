import { endOfString, isClosing, isOpening, isQuote } from '../../../core/nesting'
import type { JsonValue } from '../../../core/json'
import { mayLoseNumbers, numberProblem } from '../numbers'
import { duplicateKey, type Unplaced } from '../places'
import { skipBlank } from './scan'

export interface Inspected {
  readonly value: JsonValue
  readonly problems: readonly Unplaced[]
}

/** So many problems of one value are reported one by one. */
const MOST_PROBLEMS = 50

/** What is wrong with valid JSON: keys that are there twice, and numbers that are not kept. */
export function inspectJson(json: string): Inspected {
  const inspection = new Inspection(json)
  inspection.run()
  // A reviver defines members as JSON.parse does, so that `__proto__` stays a key.
  const finite = (_key: string, value: unknown): unknown =>
    typeof value === 'number' && !Number.isFinite(value) ? null : value
  return { value: JSON.parse(json, finite) as JsonValue, problems: inspection.problems }
}

const COLON = 58
const NUMBER = /-?\d[\d.eE+-]*/y

/** Reads a valid text from left to right, without recursion. */
class Inspection {
  readonly problems: Unplaced[] = []
  /** The keys of the mappings that are open, with their places; undefined for a list. */
  private readonly open: (Map<string, number> | undefined)[] = []
  private readonly checksNumbers: boolean

  constructor(private readonly json: string) {
    this.checksNumbers = mayLoseNumbers(json)
  }

  run(): void {
    const { json, open } = this
    for (let at = 0; at < json.length && this.problems.length < MOST_PROBLEMS; at++) {
      const char = json.charCodeAt(at)
      if (isQuote(char)) at = this.text(at) - 1
      else if (isOpening(char)) open.push(char === 123 ? new Map() : undefined)
      else if (isClosing(char)) open.pop()
      else if (this.checksNumbers && (char === 45 || (char >= 48 && char <= 57)))
        at = this.number(at) - 1
    }
  }

  /** Returns the index after a text, which may be a key. */
  private text(at: number): number {
    const { json } = this
    const end = endOfString(json, at)
    if (json.charCodeAt(skipBlank(json, end)) !== COLON) return end
    const keys = this.open.at(-1)
    const key = String(JSON.parse(json.slice(at, end)))
    const first = keys?.get(key)
    if (first === undefined) keys?.set(key, at)
    else this.problems.push(duplicateKey(key, first, at))
    return end
  }

  private number(at: number): number {
    NUMBER.lastIndex = at
    const written = NUMBER.exec(this.json)?.[0] ?? ' '
    const problem = numberProblem(written, at)
    if (problem) this.problems.push(problem)
    return at + written.length
  }
}
