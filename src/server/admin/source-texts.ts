import type { Problem } from '../../core/problem'
import type { Format } from '../../core/source'
import { readText, type Written } from '../../editing/edit-text'
import type { Features } from '../../engine/features'
import { withinTime } from '../../runtime/wait'
import { contentHash, decodeText } from '../../sources/bytes'
import { titleOf } from '../../sources/source-title'
import type { ConfigFile, ExcerptLine, ProblemView } from './contract'
import type { EditableText, Signature, StampedText } from './edits/editable-text'
import { FileText } from './edits/file-text'
import { PastTexts } from './edits/past-texts'
import { type ReadBy, StoreText } from './edits/store-text'

/** The text of one source, as it is now. */
export interface SourceText extends ConfigFile {
  readonly lines: readonly string[]
  /** Who wrote it, where the place that keeps it knows. */
  readonly signed?: Signature
  /** The text, read for edits when this is first called. */
  written(): Written
}

/** A store that hangs does not hold up a page. */
const MOST_READING_MS = 5000
/** Lines around the one that a problem is about. */
const AROUND = 2
const LONGEST_LINE = 300

/** The sources whose texts can be edited here: files of this machine, and stores. */
export function editableIn(features: Pick<Features, 'snapshot' | 'store'>): readonly string[] {
  const { files, sources } = features.snapshot
  const known = new Set(files)
  return sources.map(({ name }) => name).filter((name) => known.has(name) || features.store(name))
}

/** Reads the texts of sources; one that has not changed is read once. */
export class SourceTexts {
  readonly past = new PastTexts()
  private readonly cached = new Map<string, { readonly stamp: string; readonly text: SourceText }>()

  constructor(private readonly features: Pick<Features, 'store'> & ReadBy) {}

  /** Every source, those that cannot be edited without their text. */
  all(): Promise<readonly SourceText[]> {
    return Promise.all(this.features.snapshot.sources.map(({ name }) => this.of(name)))
  }

  /** Where a text is kept; undefined where it cannot be edited. */
  editable(source: string): EditableText | undefined {
    const { features } = this
    if (features.snapshot.files.includes(source)) return new FileText(source)
    const store = features.store(source)
    return store && new StoreText(source, store, features)
  }

  async of(source: string): Promise<SourceText> {
    // As the source was opened: the name of a file may say otherwise.
    const { sources } = this.features.snapshot
    const { format = 'yaml' } = sources.find(({ name }) => name === source) ?? {}
    const editable = this.editable(source)
    if (!editable)
      return unread(source, format, 'it is no file of this machine, and in no store to publish to')
    try {
      return await withinTime(this.read(source, format, editable), MOST_READING_MS, tooLate)
    } catch {
      return unread(source, format, 'it cannot be read now')
    }
  }

  private async read(source: string, format: Format, editable: EditableText): Promise<SourceText> {
    const cached = this.cached.get(source)
    const known = cached?.text.format === format ? cached : undefined
    const read = await editable.read(known?.stamp)
    if (read === 'unchanged') return known ? known.text : this.read(source, format, editable)
    if ('whyNot' in read) return unread(source, format, read.whyNot)
    const text = textOf(source, format, read)
    this.cached.set(source, { stamp: read.stamp, text })
    this.past.add(text.hash, text.text)
    return text
  }

  /** Problems with the lines around them; `instead` is a text that is not saved. */
  async withExcerpts(
    problems: readonly Problem[],
    instead?: { readonly source: string; readonly text: string },
  ): Promise<readonly ProblemView[]> {
    const names = [...new Set(problems.flatMap(({ source }) => source ?? []))]
    const linesIn = async (name: string): Promise<readonly string[]> =>
      name === instead?.source ? linesOf(instead.text) : (await this.of(name)).lines
    const lines = new Map(
      await Promise.all(names.map(async (name) => [name, await linesIn(name)] as const)),
    )
    return problems.map((problem) => ({
      ...problem,
      excerpt: excerptOf(lines.get(problem.source ?? '') ?? [], problem.line),
    }))
  }
}

const linesOf = (text: string): readonly string[] => text.split(/\r\n|\n|\r/)

function tooLate(): never {
  throw new Error('it was not read in time')
}

function textOf(source: string, format: Format, { bytes, signed }: StampedText): SourceText {
  const text = decodeText(source, bytes)
  if (typeof text !== 'string') return unread(source, format, 'it is not UTF-8')
  let written: Written | undefined
  return {
    source,
    title: titleOf(source),
    format,
    text,
    hash: contentHash(bytes),
    canEdit: true,
    whyNot: null,
    lines: linesOf(text),
    ...(signed && { signed }),
    written: () => (written ??= readText(text, format)),
  }
}

const unread = (source: string, format: Format, whyNot: string): SourceText => ({
  source,
  title: titleOf(source),
  format,
  text: '',
  hash: '',
  canEdit: false,
  whyNot,
  lines: [],
  written: () => readText('', format),
})

function excerptOf(lines: readonly string[], line: number | undefined): readonly ExcerptLine[] {
  if (line === undefined || line > lines.length) return []
  const first = Math.max(1, line - AROUND)
  return lines.slice(first - 1, line + AROUND).map((text, i) => ({
    line: first + i,
    text: text.slice(0, LONGEST_LINE),
    isIt: first + i === line,
  }))
}
