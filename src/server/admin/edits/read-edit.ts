import { isJsonList, type JsonObject, type JsonValue, own } from '../../../core/json'
import { BadBody, objectAt, textMember } from '../../protocols/json-body'
import type { EntryChange, ProposedEdit } from './contract'

const MOST_CHANGES = 1000
const LONGEST_REASON = 1000

/** An edit as a client sent it; throws BadBody. */
export function readEdit(body: JsonObject): ProposedEdit {
  const common = { source: textMember(body, ['source']), baseHash: textMember(body, ['baseHash']) }
  const [text, changes] = [own(body, 'text') ?? undefined, own(body, 'changes') ?? undefined]
  if ((text === undefined) === (changes === undefined))
    throw new BadBody('', 'the body has neither or both of changes and text; send one of them')
  if (changes !== undefined) return { ...common, changes: readChanges(changes) }
  if (typeof text !== 'string') throw new BadBody('text', 'text is no text; send the whole file')
  return { ...common, text }
}

export function readReason(body: JsonObject): string {
  const reason = textMember(body, ['reason']).trim()
  if (reason === '' || reason.length > LONGEST_REASON)
    throw new BadBody('reason', `reason is not valid; send from 1 to ${LONGEST_REASON} characters`)
  return reason
}

function readChanges(changes: JsonValue): readonly EntryChange[] {
  if (!isJsonList(changes) || changes.length === 0 || changes.length > MOST_CHANGES)
    throw new BadBody('changes', `changes is not valid; send a list of 1 to ${MOST_CHANGES}`)
  return changes.map((change, i) => readChange(objectAt(change, `changes[${i}]`), `changes[${i}]`))
}

function readChange(change: JsonObject, at: string): EntryChange {
  const feature = textMember(change, ['feature'], at)
  const kind = own(change, 'kind')
  switch (kind) {
    case 'set': {
      const path = own(change, 'path') ?? undefined
      const value = valueOf(change, at)
      return { kind, feature, value, ...(path !== undefined && { path: readPath(path, at) }) }
    }
    case 'unset':
      return { kind, feature, path: readPath(own(change, 'path') ?? null, at) }
    case 'text':
      return { kind, feature, text: textMember(change, ['text'], at) }
    case 'rename':
      return { kind, feature, to: textMember(change, ['to'], at) }
    case 'delete':
      return { kind, feature }
    case 'add':
      return { kind, feature, value: valueOf(change, at) }
    default:
      throw new BadBody(
        `${at}.kind`,
        `${at}.kind is not known; send set, unset, text, rename, delete or add`,
      )
  }
}

function valueOf(change: JsonObject, at: string): JsonValue {
  const value = own(change, 'value')
  if (value === undefined) throw new BadBody(`${at}.value`, `${at}.value is missing; send it`)
  return value
}

function readPath(path: JsonValue, at: string): readonly (string | number)[] {
  const isPart = (part: JsonValue): part is string | number =>
    typeof part === 'string' || (typeof part === 'number' && Number.isInteger(part) && part >= 0)
  if (isJsonList(path) && path.length > 0 && path.every(isPart)) return path
  throw new BadBody(`${at}.path`, `${at}.path is not valid; send a list of keys and numbers from 0`)
}
