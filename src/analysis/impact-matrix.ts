import { canonicalText } from '../core/canonical'
import type { Claim } from '../core/decision'
import type { JsonValue } from '../core/json'
import { isEnabledVariant } from '../experiments/variants'
import type { ChangeMatrix } from './impact-view'

/** What an answer is called: two answers that differ for anybody's code have two names. */
export function answerOf({ enabled, variant, value }: AnswerParts): string {
  const isSwitch = value === undefined || value === enabled
  if (variant === undefined) return isSwitch ? onOrOff(enabled) : canonicalText(value)
  const name = isUnlike(variant, value) ? variant : `variant ${JSON.stringify(variant)}`
  if (value !== undefined)
    return `${name} = ${canonicalText(value)}${enabled === Boolean(value) ? '' : ` (${onOrOff(enabled)})`}`
  // Of a list it is off without a value, in a mapping it is a variant like any other.
  const isOn = isEnabledVariant(variant) && variant !== 'control'
  return enabled === isOn ? name : `${name} (${onOrOff(enabled)})`
}

const onOrOff = (enabled: boolean): string => (enabled ? 'on' : 'off')

/** Whether the name of a variant cannot be taken for another answer, such as the value 5. */
function isUnlike(variant: string, value: JsonValue | undefined): boolean {
  if (/ = |^variant "/.test(variant)) return false
  if (value !== undefined) return true
  return !/^(?:on|off)$| \((?:on|off)\)$/.test(variant) && !isJson(variant)
}

/** As JSON begins; what else there is need not be parsed. */
const LIKE_JSON = /^(?:-?\d|["[{]|(?:true|false|null)$)/

function isJson(text: string): boolean {
  if (!LIKE_JSON.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

export type AnswerParts = Pick<Claim, 'enabled' | 'variant' | 'value'>

/** Counts changes, or sums their shares. */
export class Changes {
  private size = 0
  private changed = 0
  private readonly rows = new Map<string, Map<string, number>>()
  private readonly on = new Set<string>(['on'])

  /** Whether nobody of those counted gets another answer, however few they are. */
  get isNobody(): boolean {
    return this.changed === 0
  }

  add(before: AnswerParts, after: AnswerParts, weight = 1): void {
    const [from, to] = [answerOf(before), answerOf(after)]
    if (before.enabled) this.on.add(from)
    if (after.enabled) this.on.add(to)
    this.size += weight
    if (from !== to) this.changed += weight
    let row = this.rows.get(from)
    if (row === undefined) this.rows.set(from, (row = new Map<string, number>()))
    row.set(to, (row.get(to) ?? 0) + weight)
  }

  /** The answers that become others. */
  *moves(): Generator<{ readonly from: string; readonly to: string; readonly share: number }> {
    for (const [from, row] of this.rows)
      for (const [to, share] of row) if (from !== to && share > 0) yield { from, to, share }
  }

  matrix(): ChangeMatrix {
    const answers = [
      ...new Set(['off', 'on', ...[...this.rows].flatMap(([from, row]) => [from, ...row.keys()])]),
    ]
    const [off, on, ...others] = answers
    const ordered = [off ?? '', on ?? '', ...others.sort()]
    return {
      size: rounded(this.size),
      changed: rounded(this.changed),
      answers: ordered,
      isOn: ordered.map((answer) => this.on.has(answer)),
      cells: ordered.map((from) => ordered.map((to) => rounded(this.rows.get(from)?.get(to) ?? 0))),
    }
  }
}

/** Sums of shares carry the error of doubles far behind the finest share. */
const rounded = (sum: number): number => Number(sum.toFixed(12))
