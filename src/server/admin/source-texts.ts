import { readFile, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import type { Problem } from '../../core/problem'
import type { Features } from '../../engine/features'
import { contentHash, decodeText } from '../../sources/bytes'
import type { ConfigFile, ExcerptLine, ProblemView } from './contract'
import { PastTexts } from './edits/past-texts'

/** The text of one source, as it is now. */
export interface SourceText extends ConfigFile {
  readonly lines: readonly string[]
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
    if (!this.features.snapshot.files.includes(source))
      return unread(source, 'it is no file of this machine')
    try {
      const { mtimeMs, size, ino } = await stat(source)
      if (size > MOST_BYTES) return unread(source, 'it is too large to be shown')
      const stamp = `${mtimeMs} ${size} ${ino}`
      const cached = this.cached.get(source)
      if (cached?.stamp === stamp) return cached.text
      const bytes = await readFile(source)
      const text = textOf(source, bytes)
      this.cached.set(source, { stamp, text })
      this.past.add(text.hash, text.text)
      return text
    } catch {
      return unread(source, 'it cannot be read now')
    }
  }

  /** Problems with the lines around them. */
  async withExcerpts(problems: readonly Problem[]): Promise<readonly ProblemView[]> {
    const names = [...new Set(problems.flatMap(({ source }) => source ?? []))]
    const texts = new Map(
      await Promise.all(names.map(async (name) => [name, await this.of(name)] as const)),
    )
    return problems.map((problem) => ({
      ...problem,
      excerpt: excerptOf(texts.get(problem.source ?? '')?.lines ?? [], problem.line),
    }))
  }
}

/** Problems of one text, with the lines around them. */
export function withExcerptsOf(problems: readonly Problem[], text: string): readonly ProblemView[] {
  const lines = linesOf(text)
  return problems.map((problem) => ({ ...problem, excerpt: excerptOf(lines, problem.line) }))
}

const linesOf = (text: string): readonly string[] => text.split(/\r\n|\n|\r/)

function textOf(source: string, bytes: Uint8Array): SourceText {
  const text = decodeText(source, bytes)
  if (typeof text !== 'string') return unread(source, 'it is not UTF-8')
  return {
    source,
    format: formatOf(source),
    text,
    hash: contentHash(bytes),
    canEdit: true,
    whyNot: null,
    lines: linesOf(text),
  }
}

const unread = (source: string, whyNot: string): SourceText => ({
  source,
  format: formatOf(source),
  text: '',
  hash: '',
  canEdit: false,
  whyNot,
  lines: [],
})

function formatOf(source: string): ConfigFile['format'] {
  const ending = extname(source).toLowerCase()
  return ending === '.json' ? 'json' : ending === '.ini' ? 'ini' : 'yaml'
}

function excerptOf(lines: readonly string[], line: number | undefined): readonly ExcerptLine[] {
  if (line === undefined || line > lines.length) return []
  const first = Math.max(1, line - AROUND)
  return lines.slice(first - 1, line + AROUND).map((text, i) => ({
    line: first + i,
    text: text.slice(0, LONGEST_LINE),
    isIt: first + i === line,
  }))
}

/** The lines of an entry from the line of its key to the next key at the margin. */
export function entryText(lines: readonly string[], line: number): string {
  const after = lines.slice(line).findIndex((text) => /^[^\s#}\]]/.test(text))
  const own = lines.slice(line - 1, after < 0 ? undefined : line + after)
  // Comments and blank lines at its end belong to the next entry.
  while (own.length > 1 && /^(?:#|\s*$)/.test(own.at(-1) ?? '')) own.pop()
  return own.join('\n')
}
