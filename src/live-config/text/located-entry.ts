import type { JsonValue } from '../../core/json'
import type { Path, Position } from '../../core/problem'
import type { Entry, JsonText } from './entry'
import { decodeJsonText } from './json/json-text'

/** An entry that finds its places on demand; one subclass for each syntax. */
export abstract class LocatedEntry implements Entry {
  private decoded: JsonText | undefined

  constructor(
    readonly key: string,
    readonly value: JsonValue,
  ) {}

  abstract get position(): Position
  protected abstract part(path: Path, target: 'key' | 'value'): Position
  /** Where a character of the entry's value is, when that is text. */
  protected abstract character(index: number): Position

  get json(): JsonText | undefined {
    if (typeof this.value !== 'string') return undefined
    return (this.decoded ??= decodeJsonText(this.value, (index) => this.character(index)))
  }

  locate(path: Path, target: 'key' | 'value' = 'value'): Position {
    return path.length === 0 && target === 'key' ? this.position : this.part(path, target)
  }
}
