import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Source file and compiled file are equally deep below the package. */
export function version(): string {
  // Data from outside: the package's own package.json.
  const manifest = JSON.parse(
    readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8'),
  ) as { readonly version: string }
  return manifest.version
}
