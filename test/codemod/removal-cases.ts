import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Code before and after a feature is taken out of it, and what is left. */
export interface RemovalCase {
  /** The file of fixtures, without its ending. */
  readonly file: string
  readonly title: string
  readonly as: string
  readonly path: string
  readonly before: string
  /** As it is written in the fixture, blanks around it included. */
  readonly after: string
  readonly left: readonly string[]
}

/** Reads every file of a folder: `### title | as | path`, before, `---`, after, `--- left`, lines. */
export const removalCases = (folder: string): readonly RemovalCase[] =>
  readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split(/^### /m)
      .slice(1)
      .map((text): RemovalCase => {
        const [head = '', ...lines] = text.split('\n')
        const [title = '', as = '', path = ''] = head.split(' | ')
        const [code = '', left = ''] = lines.join('\n').split('--- left\n')
        const [before = '', after = ''] = code.split(/^---\n/m)
        return {
          file: name.replace('.txt', ''),
          title,
          as,
          path,
          before,
          after,
          left: left.trim() ? left.trim().split('\n') : [],
        }
      }),
  )
