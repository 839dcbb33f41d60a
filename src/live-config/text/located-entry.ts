import type { JsonValue } from '../../core/json'
import type { Path, Position } from '../../core/problem'
import type { Entry, TextFault } from './entry'
import { jsonFault } from './json/fault'

/** An entry that finds its places when asked; one subclass for each syntax. */
export abstract class LocatedEntry implements Entry {
  constructor(
    readonly key: string,
    readonly value: JsonValue,
    readonly text?: string,
  ) {}

  abstract get position(): Position
  protected abstract part(path: Path, target: 'key' | 'value'): Position
  /** Where a character of the entry's value stands, when that is text. */
  protected abstract character(index: number): Position

  locate(path: Path, target: 'key' | 'value' = 'value'): Position {
    return path.length === 0 && target === 'key' ? this.position : this.part(path, target)
  }

  /** What is wrong with the JSON that the entry's text should be; undefined when it is JSON, or no text. */
  textFault(): TextFault | undefined {
    const fault = typeof this.value === 'string' ? jsonFault(this.value) : undefined
    if (!fault) return undefined
    const at = (offset: number): Position => this.character(offset)
    return { ...at(fault.offset), message: fault.message((offset) => at(offset).line) }
  }
}
