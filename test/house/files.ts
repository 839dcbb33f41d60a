import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

// Apart from source-tree.ts, so that whoever wants paths does not load the compiler.

export const root = resolve(__dirname, '../..')

/** Paths below a folder of the project, with `/`, sorted; none when the folder is not there. */
export function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith(ending))
    .sort()
}
