import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
}

/** In the order in which they are preferred, with the ending of the compressed file. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

interface Encoded {
  readonly encoding?: string
  readonly content: Uint8Array
}

/** One file of the page, in memory, in every form in which it is sent. */
export class PageFile {
  readonly tag: string

  constructor(
    readonly type: string,
    private readonly plain: Uint8Array,
    private readonly compressed: ReadonlyMap<string, Uint8Array>,
  ) {
    this.tag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`
  }

  /** The smallest form that an `Accept-Encoding` lets through. */
  encoded(accepted: string): Encoded {
    for (const [encoding] of ENCODINGS) {
      const content = this.compressed.get(encoding)
      if (content && accepts(accepted, encoding)) return { encoding, content }
    }
    return { content: this.plain }
  }
}

/** The files of a built page. The folder is read when the first of them is asked for. */
export class PageFiles {
  private readonly documents = new Map<string, PageFile>()
  private assets: ReadonlyMap<string, PageFile> | undefined

  constructor(private readonly folder: string) {}

  /** @param base where the files of the page are, as seen from the document: `../` */
  document(base: string): PageFile {
    const known = this.documents.get(base)
    if (known) return known
    const html = readFileSync(join(this.folder, 'index.html'), 'utf8')
    const content = Buffer.from(html.replace('<head>', `<head>\n    <base href="${base}" />`))
    const made = new PageFile(
      TYPES['.html'] ?? '',
      content,
      new Map([['br', brotliCompressSync(content)]]),
    )
    this.documents.set(base, made)
    return made
  }

  asset(name: string): PageFile | undefined {
    this.assets ??= readAssets(join(this.folder, 'assets'))
    return this.assets.get(name)
  }
}

function readAssets(folder: string): ReadonlyMap<string, PageFile> {
  const names = readdirSync(folder).filter((name) => extname(name) in TYPES)
  return new Map(names.map((name) => [name, fileAt(join(folder, name))]))
}

function fileAt(path: string): PageFile {
  const compressed = ENCODINGS.filter(([, ending]) => existsSync(path + ending)).map(
    ([encoding, ending]) => [encoding, readFileSync(path + ending)] as const,
  )
  return new PageFile(TYPES[extname(path)] ?? '', readFileSync(path), new Map(compressed))
}

/** Whether a header such as `gzip, br;q=0` lets an encoding through. */
function accepts(header: string, encoding: string): boolean {
  return header.split(',').some((one) => {
    const [name = '', ...parameters] = one.split(';').map((part) => part.trim().toLowerCase())
    return name === encoding && !parameters.some((part) => /^q=0(\.0*)?$/.test(part))
  })
}
