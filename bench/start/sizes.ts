/** What a page downloads of the package. */
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const root = join(__dirname, '../..')

export interface Size {
  readonly title: string
  readonly minified: number
  readonly gzipped: number
  readonly brotli: number
  /** The most bytes that it may have gzipped. */
  readonly most: number
}

/** What a page imports, and the most that it may cost. `react` itself is not counted. */
const PAGES = [
  ['liveflag/client', "export { createClient } from 'liveflag/client'", 1500],
  [
    'with liveflag/client-live',
    "export { createClient } from 'liveflag/client'; export { goLive } from 'liveflag/client-live'",
    2000,
  ],
  ['liveflag/react', "export * from 'liveflag/react'", 1500],
] as const

/** Bundled and minified as an application's bundler does it, by the package's own name. */
export const sizes = (): Promise<readonly Size[]> =>
  Promise.all(
    PAGES.map(async ([title, contents, most]) => {
      const { outputFiles } = await build({
        stdin: { contents, resolveDir: root },
        absWorkingDir: root,
        bundle: true,
        minify: true,
        write: false,
        format: 'esm',
        platform: 'browser',
        target: 'es2020',
        external: ['react'],
      })
      const bytes = outputFiles[0]?.contents ?? new Uint8Array()
      return {
        title,
        minified: bytes.length,
        gzipped: gzipSync(bytes, { level: 9 }).length,
        brotli: brotliCompressSync(bytes).length,
        most,
      }
    }),
  )
