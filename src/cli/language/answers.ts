import type { CompletionItem, DocumentSymbol, Hover, Location } from 'vscode-languageserver'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import type { Format } from '../../core/source'
import { entriesIn, entryAt, type TextEntry } from './entries'
import { entryInWords } from './hover'
import { descriptionAt } from './schema-walk'
import { spotAt } from './spot'
import { namesIn } from './usages'
import { formatOf, type Workspace } from './workspace'

const FUNCTION = 12
const CONSTANT = 21
/** A call is on one line, or begins few characters before its name. */
const AROUND = 300

const keyRange = (document: TextDocument, { keyStart, name }: TextEntry) => ({
  start: document.positionAt(keyStart),
  end: document.positionAt(keyStart + 'feature_'.length + name.length),
})

/** Every entry of a live config, for the outline of an editor. */
export function symbolsOf(document: TextDocument, format: Format): DocumentSymbol[] {
  return entriesIn(document.getText(), format).map((entry) => ({
    name: entry.name,
    kind: FUNCTION,
    range: { start: document.positionAt(entry.start), end: document.positionAt(entry.end) },
    selectionRange: keyRange(document, entry),
  }))
}

/** The name of a feature at an offset of code; undefined when there is none. */
export function nameAt(document: TextDocument, offset: number) {
  const base = Math.max(0, offset - AROUND)
  const text = document.getText({
    start: document.positionAt(base),
    end: document.positionAt(offset + AROUND),
  })
  for (const found of namesIn(text))
    if (base + found.start <= offset && offset <= base + found.end)
      return { feature: found.feature, start: base + found.start, end: base + found.end }
  return undefined
}

/** The live config and the entry of a name that code asks for. */
async function entryOf(feature: string, workspace: Workspace) {
  const live = await workspace.liveConfig()
  const format = live && formatOf(live)
  if (live === undefined || format === undefined) return undefined
  const entry = entriesIn(live.getText(), format).find(({ name }) => name === feature)
  return entry && { live, format, entry }
}

/** In a live config: what a key means, and who has the feature. In code: the same of the name. */
export async function hoverAt(
  document: TextDocument,
  offset: number,
  workspace: Workspace,
): Promise<Hover | null> {
  const format = formatOf(document)
  if (format === undefined) {
    const named = nameAt(document, offset)
    const found = named && (await entryOf(named.feature, workspace))
    return found ? markdown(entryInWords(found.live.getText(), found.format, found.entry)) : null
  }
  const text = document.getText()
  const entry = entryAt(entriesIn(text, format), offset)
  if (entry === undefined) return null
  const spot = spotAt(text, format, entry, offset)
  const word = /[\w-]*$/.exec(text.slice(0, offset))?.[0] ?? ''
  const key = word + (/^[\w-]*/.exec(text.slice(offset))?.[0] ?? '')
  const said = spot?.writes === 'key' && key !== '' ? descriptionAt([...spot.path, key]) : undefined
  const inWords = entryInWords(text, format, entry)
  return markdown(said === undefined ? inWords : `\`${key}\`: ${said}\n\n---\n\n${inWords}`)
}

const markdown = (value: string): Hover => ({ contents: { kind: 'markdown', value } })

/** From code: the entry in the live config. From an entry: the entry itself. */
export async function definitionAt(
  document: TextDocument,
  offset: number,
  workspace: Workspace,
): Promise<Location | null> {
  const format = formatOf(document)
  if (format !== undefined) {
    const entry = entryAt(entriesIn(document.getText(), format), offset)
    return entry ? { uri: document.uri, range: keyRange(document, entry) } : null
  }
  const named = nameAt(document, offset)
  const found = named && (await entryOf(named.feature, workspace))
  return found ? { uri: found.live.uri, range: keyRange(found.live, found.entry) } : null
}

/** Every place of the code that asks for the feature of an entry, or of a name in code. */
export async function usagesAt(
  document: TextDocument,
  offset: number,
  workspace: Workspace,
): Promise<Location[]> {
  const format = formatOf(document)
  const feature =
    format === undefined
      ? nameAt(document, offset)?.feature
      : entryAt(entriesIn(document.getText(), format), offset)?.name
  return feature === undefined ? [] : workspace.usages(feature)
}

/** The names of the live config, within the quotes of a question. */
export async function namesAt(
  document: TextDocument,
  offset: number,
  workspace: Workspace,
): Promise<CompletionItem[]> {
  const before = document.getText({
    start: document.positionAt(Math.max(0, offset - AROUND)),
    end: document.positionAt(offset),
  })
  // An empty name is no name yet: one letter stands for what is being written.
  const isInName = /[\w.-]$/.test(before)
  const probe = `${before}${isInName ? '' : 'x'}${/['"`]$/.test(before) ? (before.at(-1) ?? '') : closing(before)}`
  const named = [...namesIn(probe)].some(({ end }) => end === probe.length - 1)
  const live = named ? await workspace.liveConfig() : undefined
  const format = live && formatOf(live)
  if (live === undefined || format === undefined) return []
  return entriesIn(live.getText(), format).map((entry) => ({
    label: entry.name,
    kind: CONSTANT,
    documentation: { kind: 'markdown', value: entryInWords(live.getText(), format, entry) },
  }))
}

const closing = (before: string): string => /(['"`])[^'"`]*$/.exec(before)?.[1] ?? ''
