import { readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'

interface Rule {
  readonly pattern: RegExp
  readonly isForFolders: boolean
  readonly isException: boolean
}

/** What the .gitignore of one folder leaves out of it. */
export class Ignored {
  private constructor(
    readonly folder: string,
    private readonly rules: readonly Rule[],
  ) {}

  static async in(folder: string): Promise<Ignored> {
    const text = await readFile(join(folder, '.gitignore'), 'utf8').catch(() => '')
    return new Ignored(folder, text.split(/\r?\n/).flatMap(ruleOf))
  }

  /** `path` is relative to the folder. The last rule that says something about it decides. */
  has(path: string, isFolder: boolean): boolean {
    const normal = path.split(sep).join('/')
    const rule = this.rules.findLast(
      ({ pattern, isForFolders }) => (isFolder || !isForFolders) && pattern.test(normal),
    )
    return rule !== undefined && !rule.isException
  }
}

function ruleOf(line: string): readonly Rule[] {
  const written = line.trim()
  if (written === '' || written.startsWith('#')) return []
  const isException = written.startsWith('!')
  const glob = written.replace(/^!/, '').replace(/^\\/, '')
  const path = glob.replace(/\/$/, '')
  // Without a slash in it, a pattern is meant of names in every folder below.
  const start = path.replace(/^\//, '').includes('/') || path.startsWith('/') ? '^' : '(?:^|/)'
  return [
    {
      pattern: new RegExp(`${start}${expressionOf(path.replace(/^\//, ''))}$`),
      isForFolders: glob.endsWith('/'),
      isException,
    },
  ]
}

const expressionOf = (glob: string): string =>
  glob
    .split(/(\*\*\/|\/\*\*$|\*|\?)/)
    .map((part) => {
      if (part === '**/') return '(?:.*/)?'
      if (part === '/**') return '/.*'
      if (part === '*') return '[^/]*'
      return part === '?' ? '[^/]' : part.replace(/[.+^${}()|[\]\\]/g, '\\$&')
    })
    .join('')
