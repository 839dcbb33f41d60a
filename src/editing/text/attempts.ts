import { isJsonObject, type JsonValue } from '../../core/json'
import { Changer } from './changer'
import { iniEntry, type IniEntry } from './ini'
import { jsonTree } from './json-tree'
import { memberLines } from './layout'
import { Lines, type Splice, spliced } from './tree'
import { JsonWriter } from './writer'
import type { Found, Written } from './written'

/** Splices of the plain text; undefined when the change cannot be written this way. */
type Attempt = readonly Splice[] | undefined

/** `isCareful`: only what differs is written; else the whole value is. */
export function changeValue(
  written: Written,
  feature: string,
  value: JsonValue,
  isCareful: boolean,
): Attempt {
  const found = written.find(feature)
  if (found === undefined) return undefined
  const { parent, slot, lines } = found
  const careful = isCareful ? inJsonText(written, found, value) : undefined
  const changer = new Changer(lines, written.writer)
  return inWhole(
    found,
    careful ??
      (isCareful ? changer.change(parent, slot, value) : changer.replace(parent, slot, value)),
  )
}

/** JSON in a text: what differs in it is written into the decoded text. */
function inJsonText(
  written: Written,
  { slot }: Found,
  value: JsonValue,
): readonly Splice[] | undefined {
  const { node } = slot
  if (typeof node?.value !== 'string' || typeof value !== 'string') return undefined
  const text = changedJson(node.value, value)
  if (text === undefined) return undefined
  return [{ start: node.start, end: node.end, text: written.writer.inline(text, node) }]
}

/** The text of JSON with what differs from `wanted` written into it. */
export function changedJson(text: string, wanted: string): string | undefined {
  const root = jsonTree(text)
  if (root?.kind !== 'map') return undefined
  try {
    const value = JSON.parse(wanted) as JsonValue
    if (!isJsonObject(value)) return undefined
    const slot = { start: root.start, keyEnd: root.start, node: root, end: root.end }
    const outer = { ...root, slots: [slot] }
    return spliced(
      text,
      new Changer(new Lines(text), new JsonWriter(text)).change(outer, slot, value),
    )
  } catch {
    return undefined
  }
}

const inWhole = ({ base }: Found, splices: readonly Splice[] | undefined): Attempt =>
  splices?.map(({ start, end, text }) => ({ start: base + start, end: base + end, text }))

export function removeEntry(written: Written, feature: string): Attempt {
  if (written.syntax === 'ini') {
    const [start, end] = written.range(feature) ?? []
    return start === undefined || end === undefined
      ? undefined
      : withLineBreak(written.lines, start, end)
  }
  const found = written.find(feature)
  if (found === undefined) return undefined
  const { parent, slot, lines, base } = found
  if (!parent.isFlow)
    return lines.beginsLine(slot.start)
      ? withLineBreak(written.lines, base + lines.startOf(slot.start), base + lines.endOf(slot.end))
      : undefined
  if (parent.slots.length === 1) return [{ start: parent.start, end: parent.end, text: '{}' }]
  const changer = new Changer(lines, written.writer)
  return inWhole(found, changer.layOut(parent, { removed: new Set([slot]), added: [] }))
}

function withLineBreak({ text }: Lines, start: number, end: number): readonly Splice[] {
  if (end < text.length) return [{ start, end: end + 1, text: '' }]
  return [{ start: Math.max(0, start - 1), end, text: '' }]
}

export function renameEntry(written: Written, feature: string, to: string): Attempt {
  const key = written.keyOf(to)
  const range = written.range(feature)
  if (range === undefined) return undefined
  if (written.syntax === 'ini') {
    const { start, keyEnd } = iniEntry(written.lines, range[0])
    return [{ start, end: keyEnd, text: key }]
  }
  const found = written.find(feature)
  if (found === undefined) return undefined
  const { start, keyEnd } = found.slot
  const name = written.writer.key(key).trimEnd().slice(0, -1)
  return inWhole(found, [{ start, end: keyEnd, text: name }])
}

/** At the end: after the last entry, before comments that follow it. */
export function addEntry(written: Written, feature: string, value: JsonValue): Attempt {
  const key = written.keyOf(feature)
  if (written.syntax === 'ini') return addLines(written, `${key} = ${iniText(value, '  ')}`)
  const { root, writer, lines } = written
  if (written.isInParts || root === undefined)
    return addLines(written, memberLines(writer, key, value, 0))
  const last = root.slots.at(-1)
  const added = { key, value }
  if (last !== undefined)
    return new Changer(lines, writer).layOut(root, {
      removed: new Set(),
      added: [{ after: last, items: [added] }],
    })
  if (!root.isFlow) return undefined
  const indent = lines.indentOf(root.start)
  const inner = ' '.repeat(writer.step) + indent
  const text = writer.linesInBrackets(value, inner) ?? writer.inline(value)
  return [
    { start: root.start, end: root.end, text: `{\n${inner}${writer.key(key)}${text}\n${indent}}` },
  ]
}

function addLines(written: Written, block: string): Attempt {
  const { lines, read } = written
  const { text } = lines
  const ends = [...read.features.keys()].flatMap((name) => written.range(name) ?? [])
  const last = Math.max(-1, ...ends)
  // Other keys at the top may come after the features.
  const keyEnd = Math.max(last, text.trimEnd().length)
  const isLastKey = last >= 0 && /^\s*(?:(?:[#;].*)\s*)*$/.test(text.slice(last))
  const at = isLastKey ? last : keyEnd
  const isSpaced =
    /\n[ \t]*\n(?:[#;].*\n)*[^\s#;].*$/.test(text.slice(0, at).slice(-20_000)) && isSpread(written)
  const before = at === 0 ? '' : isSpaced ? '\n\n' : '\n'
  const after = at === text.length && text.endsWith('\n') ? '' : at === text.length ? '\n' : ''
  return [{ start: at, end: at, text: before + block + after }]
}

/** Whether entries are divided by empty lines. */
function isSpread({ lines, read }: Written): boolean {
  const { text } = lines
  const gaps = (text.match(/\n[ \t]*\n(?=\S)/g) ?? []).length
  return gaps * 2 >= read.features.size - 1 && gaps > 0
}

/** The value of an entry of an ini file, which is a text. */
export function changeIniValue(
  written: Written,
  feature: string,
  value: JsonValue,
  isCareful: boolean,
): Attempt {
  const range = written.range(feature)
  const before = written.valueOf(feature)
  if (range === undefined || typeof value !== 'string') return undefined
  const entry = iniEntry(written.lines, range[0])
  const text =
    isCareful && typeof before === 'string' ? (changedJson(before, value) ?? value) : value
  return iniSplices(written.lines, entry, iniText(text, entry.indent))
}

function iniSplices({ text }: Lines, entry: IniEntry, value: string): readonly Splice[] {
  const { valueStart, firstEnd, end } = entry
  const isOneLine = !text.slice(firstEnd, end).includes('\n')
  const blank = valueStart > 0 && /[:=]/.test(text.charAt(valueStart - 1)) ? ' ' : ''
  return [{ start: valueStart, end: isOneLine ? firstEnd : end, text: blank + value }]
}

/** A value goes on in lines that are indented. */
const iniText = (value: JsonValue, indent: string): string =>
  (typeof value === 'string' ? value : JSON.stringify(value)).replaceAll('\n', `\n${indent}`)
