// Writes the functions of @stdlib into the module that uses them, so that nobody who installs liveflag installs
// the 242 packages that they are published as. See docs/decisions/0210-distributions.md.
import { join } from 'node:path'

export async function inlineDistributions(dist) {
  const { build } = await import('esbuild')
  const file = join(dist, 'analysis', 'distributions.js')
  await build({
    entryPoints: [file],
    outfile: file,
    allowOverwrite: true,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minifySyntax: true,
    minifyWhitespace: true,
    // Their licence asks for its notice to stay.
    legalComments: 'eof',
    logLevel: 'warning',
  })
}
