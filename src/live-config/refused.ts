import { type JsonValue, kindOf } from '../core/json'
import type { Format, Parsed, TextProblem } from './entry'
import type { Unplaced } from './unplaced'

/** What a text is read as when nothing of it can be trusted. */
export function refused(fatal: TextProblem): Parsed {
  return { entries: [], problems: [], duplicates: new Set(), fatal }
}

export function notAMapping(value: JsonValue, offset: number): Unplaced {
  const message = `the live config is ${kindOf(value)}; write a mapping of feature_ keys`
  return { code: 'not-an-object', severity: 'error', message, offset }
}

/** Nothing at all is more likely an accident than the wish to remove everything. */
export function empty(format: Format): Unplaced {
  const nothing = format === 'ini' ? 'a line [live_config]' : '{}'
  return { code: 'empty', severity: 'error', message: `the live config is empty; write ${nothing} if you mean that there are no features`, offset: 0 }
}
