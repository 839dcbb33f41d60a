import { isJsonList, type JsonObject, type JsonValue, own } from '../../../core/json'
import { BadBody, objectAt, optionalText, textMember } from '../../protocols/json-body'
import type { EntryChange, ProposedEdit } from './contract'

const MOST_CHANGES = 1000
const LONGEST_TEXT = 1000

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

/** Why somebody edits; throws BadBody. */
export function readReason(body: JsonObject): string {
  const reason = textMember(body, ['reason']).trim()
  return checkedText('reason', reason)
}

/** What a reviewer says; undefined without a word. Throws BadBody. */
export function readComment(body: JsonObject): string | undefined {
  const comment = optionalText(body, ['comment'])?.trim() ?? ''
  return comment === '' ? undefined : checkedText('comment', comment)
}

/** Lines are for people, and nothing in them changes how others are shown. */
function checkedText(name: string, given: string): string {
  const text = given.replace(/\r\n?/g, '\n')
  if (text === '' || text.length > LONGEST_TEXT)
    throw new BadBody(name, `${name} is not valid; send from 1 to ${LONGEST_TEXT} characters`)
  if (UNSEEN.test(text))
    throw new BadBody(
      name,
      `${name} is not valid; send it without control characters, but for line breaks and tabs`,
    )
  return text
}

/** Also what turns the direction of writing around, and halves of characters. */
const UNSEEN = /[^\P{Cc}\n\t]|[\p{Surrogate}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u

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
