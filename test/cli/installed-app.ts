import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { tempDir } from '../support/temp-dir'

const root = join(__dirname, '..', '..')

/** Writes files below a directory, by their paths. */
export function writeAll(dir: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
}

/** An application in a directory of its own, with the built liveflag and what it is tested with. */
export function installedApp(
  manifest: object,
  files: Readonly<Record<string, string>> = {},
  dir: string = tempDir(),
): string {
  writeAll(dir, { 'package.json': `${JSON.stringify(manifest, undefined, 2)}\n`, ...files })
  const installed = join(dir, 'node_modules', 'liveflag')
  mkdirSync(installed, { recursive: true })
  for (const name of ['package.json', 'dist', 'config'])
    symlinkSync(join(root, name), join(installed, name))
  for (const name of readdirSync(join(root, 'node_modules')))
    if (!name.startsWith('.'))
      symlinkSync(join(root, 'node_modules', name), join(dir, 'node_modules', name))
  return dir
}
