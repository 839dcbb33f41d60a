import type * as CliProgress from 'cli-progress'
import type { Terminal } from './terminal'

/** How far long work has come. */
export interface Progress {
  reached(done: number): void
  end(): void
}

const SILENT: Progress = { reached: () => undefined, end: () => undefined }

/** A bar on stderr, only where somebody sees it; gone when the work is done. */
export function progressBar({ stderr, env }: Terminal, total: number | undefined): Progress {
  if (stderr.isTTY !== true || env.TERM === 'dumb' || total === undefined || total === 0) return SILENT
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded on use: most commands show no progress
  const { SingleBar: Bar, Presets } = require('cli-progress') as typeof CliProgress
  const bar = new Bar({ stream: stderr, format: '{bar} {percentage} %, {eta_formatted} to go', clearOnComplete: true, hideCursor: true }, Presets.shades_classic)
  bar.start(total, 0)
  return { reached: (done) => bar.update(done), end: () => bar.stop() }
}
