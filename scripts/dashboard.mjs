// Writes dist/dashboard/: the page of the server as files for a browser, each also compressed.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { root } from './ensure-installed.mjs'

/** The sources, which the compiler of the package leaves out: they are for a browser. */
export const dashboardSource = join(root, 'src', 'server', 'dashboard')

/** Files that are compressed already, or too small to gain anything. */
const MIN_BYTES = 512

/** @param outDir where the files go, for example `dist/dashboard` */
export async function buildDashboard(outDir) {
  const { build } = await import('vite')
  rmSync(outDir, { recursive: true, force: true })
  const { NODE_ENV } = process.env
  await build({
    root: dashboardSource,
    configFile: false,
    // Files name each other by relative paths, so the page works below any prefix.
    base: './',
    publicDir: false,
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1000,
    },
  })
  // Vite says `production` to all of this process, and so to the tests that it starts.
  if (NODE_ENV === undefined) delete process.env.NODE_ENV
  else process.env.NODE_ENV = NODE_ENV
  compressAll(outDir)
}

function compressAll(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath ?? entry.path, entry.name)
    const content = readFileSync(file)
    if (content.length < MIN_BYTES) continue
    writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }))
    writeFileSync(`${file}.br`, brotliCompressSync(content))
  }
}
