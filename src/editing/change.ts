import type { JsonValue } from '../core/json'
import type { Path } from '../core/problem'

/** One change of an entry. `feature` is the name without `feature_`. */
export type EntryChange =
  /** The value of the entry, or of the place in it that `path` leads to, which may be new. */
  | {
      readonly kind: 'set'
      readonly feature: string
      readonly path?: Path
      readonly value: JsonValue
    }
  /** Removes a key or a list item. */
  | { readonly kind: 'unset'; readonly feature: string; readonly path: Path }
  /** The lines of the entry as they are written, its key included. */
  | { readonly kind: 'text'; readonly feature: string; readonly text: string }
  | { readonly kind: 'rename'; readonly feature: string; readonly to: string }
  | { readonly kind: 'delete'; readonly feature: string }
  /** A new entry at the end of the file. */
  | { readonly kind: 'add'; readonly feature: string; readonly value: JsonValue }
