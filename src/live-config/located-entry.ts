import type { JsonValue } from '../core/json'
import type { Path, Position } from '../core/problem'
import type { Entry } from './entry'
import { jsonFault } from './json-fault'

/** Where an entry stands in its text; one implementation for each syntax. Everything is looked up when asked. */
export interface Whereabouts {
  key(): Position
  part(path: Path, target: 'key' | 'value'): Position
  /** Where a character of the entry's value stands, when that is text. */
  character(index: number): Position
}

export class LocatedEntry implements Entry {
  declare readonly text?: string

  constructor(
    readonly key: string,
    readonly value: JsonValue,
    private readonly whereabouts: Whereabouts,
    text?: string,
  ) {
    if (text !== undefined) this.text = text
  }

  get position(): Position {
    return this.whereabouts.key()
  }

  locate(path: Path, target: 'key' | 'value' = 'value'): Position {
    return path.length === 0 && target === 'key' ? this.position : this.whereabouts.part(path, target)
  }

  /** What is wrong with the JSON that the entry's text should be; undefined when it is JSON, or no text. */
  textFault(): TextFault | undefined {
    const fault = typeof this.value === 'string' ? jsonFault(this.value) : undefined
    if (!fault) return undefined
    const at = (offset: number): Position => this.whereabouts.character(offset)
    return { ...at(fault.offset), message: fault.message((offset) => at(offset).line) }
  }
}

/** Why and where an entry's text is not the JSON it should be. */
export interface TextFault extends Position {
  readonly message: string
}
