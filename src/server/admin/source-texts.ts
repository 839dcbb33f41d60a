import { readFile, stat } from 'node:fs/promises'
import type { Problem } from '../../core/problem'
import type { Format } from '../../core/source'
import { readText, type Written } from '../../editing/edit-text'
import type { Features } from '../../engine/features'
import { contentHash, decodeText } from '../../sources/bytes'
import type { ConfigFile, ExcerptLine, ProblemView } from './contract'
import { PastTexts } from './edits/past-texts'

/** The text of one source, as it is now. */
export interface SourceText extends ConfigFile {
  readonly lines: readonly string[]
  /** The text, read for edits when this is first called. */
  written(): Written
}

const MOST_BYTES = 32 * 1024 * 1024
/** Lines around the one that a problem is about. */
const AROUND = 2
const LONGEST_LINE = 300

/** Reads the texts of sources that are files; a file that has not changed is read once. */
export class SourceTexts {
  readonly past = new PastTexts()
  private readonly cached = new Map<string, { readonly stamp: string; readonly text: SourceText }>()

  constructor(private readonly features: Pick<Features, 'snapshot'>) {}

  /** Every source, those that are no files without their text. */
  all(): Promise<readonly SourceText[]> {
    return Promise.all(this.features.snapshot.sources.map(({ name }) => this.of(name)))
  }

  async of(source: string): Promise<SourceText> {
    const { files, sources } = this.features.snapshot
    // As the source was opened: the name of a file may say otherwise.
    const { format = 'yaml' } = sources.find(({ name }) => name === source) ?? {}
    if (!files.includes(source)) return unread(source, format, 'it is no file of this machine')
    try {
      const { mtimeMs, size, ino } = await stat(source)
      if (size > MOST_BYTES) return unread(source, format, 'it is too large to be shown')
      const stamp = `${format} ${mtimeMs} ${size} ${ino}`
      const cached = this.cached.get(source)
      if (cached?.stamp === stamp) return cached.text
      const bytes = await readFile(source)
      const text = textOf(source, format, bytes)
      this.cached.set(source, { stamp, text })
      this.past.add(text.hash, text.text)
      return text
    } catch {
      return unread(source, format, 'it cannot be read now')
    }
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

function textOf(source: string, format: Format, bytes: Uint8Array): SourceText {
  const text = decodeText(source, bytes)
  if (typeof text !== 'string') return unread(source, format, 'it is not UTF-8')
  let written: Written | undefined
  return {
    source,
    format,
    text,
    hash: contentHash(bytes),
    canEdit: true,
    whyNot: null,
    lines: linesOf(text),
    written: () => (written ??= readText(text, format)),
  }
}

const unread = (source: string, format: Format, whyNot: string): SourceText => ({
  source,
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
