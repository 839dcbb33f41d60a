import { isJsonObject, type JsonValue, kindOf } from '../../core/json'
import type { Path } from '../../core/problem'
import type { Document } from '../dialects/dialect'
import type { TextProblem } from '../text/entry'

/** A mapping at the top of a text that is no entry of a feature. */
export interface TopMapping {
  readonly members: readonly (readonly [string, JsonValue])[]
  /** The key is there, and what it has is no mapping. */
  readonly isUnreadable: boolean
  /** Those found so far. */
  readonly problems: readonly TextProblem[]
  /** Adds a problem of what stands at this path below the key. */
  readonly wrong: (message: string, path: Path) => void
}

/**
 * Reads the mapping under a key at the top; without the key it has no members.
 *
 * @param wanted what to write instead of what is no mapping
 */
export function readTopMapping(document: Document, top: string, wanted: string): TopMapping {
  const entry =
    document.dialect === 'liveflag' ? document.entries.find(({ key }) => key === top) : undefined
  const problems: TextProblem[] = []
  const wrong = (message: string, path: Path): void => {
    const at = [top, ...path].join('.')
    problems.push({
      code: 'bad-type',
      severity: 'error',
      message,
      path: at,
      ...entry?.locate(path),
    })
  }
  if (entry === undefined) return { members: [], isUnreadable: false, problems, wrong }
  const { json } = entry
  const value = json === undefined || json.kind === 'not-json' ? entry.value : json.value
  if (isJsonObject(value))
    return { members: Object.entries(value), isUnreadable: false, problems, wrong }
  wrong(`${top} is ${kindOf(value)}; write ${wanted}`, [])
  return { members: [], isUnreadable: true, problems, wrong }
}
