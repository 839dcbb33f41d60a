// `npm run bench:start [-- --quick]`: what a page downloads, and what a process pays to load each way in.
import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { type Load, loaded, subpaths, type Way, WAYS } from './loads'
import { type Size, sizes } from './sizes'

const QUICK = process.argv.includes('--quick')
/** Fresh processes of each; the median counts. */
const RUNS = QUICK ? 1 : 5
const LOAD = loadavg()[0]?.toFixed(1)

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`
const count = (value: number): string => Math.round(value).toLocaleString('en')

async function main(): Promise<void> {
  const downloads = await sizes()
  const names = subpaths()
  const loads = await measured(names)
  const text = [
    '# What it costs to start\n\nWritten by `npm run bench:start`; all figures are from this one run.\n\n',
    `- ${new Date().toISOString().slice(0, 10)}; ${cpus()[0]?.model.trim()}, ${cpus().length} cores; Node ${process.versions.node}. Load average ${LOAD} before the run.\n`,
    `- Loads: medians of ${RUNS} fresh processes each, taken in turns; what Node itself needs to start is not counted.\n\n`,
    '## What a page downloads\n\nBytes, bundled and minified by esbuild, without React.\n\n',
    row(['', 'minified', 'gzipped', 'brotli', 'at most, gzipped']),
    row(['---', '--:', '--:', '--:', '--:']),
    ...downloads.map(({ title, minified, gzipped, brotli, most }) =>
      row([title, ...[minified, gzipped, brotli, most].map(count)]),
    ),
    '\n## What a process pays for each way in\n\nThe first figure is `require`, the second `import`. Packages that it loads are included.\n\n',
    row(['', 'ms', 'ms of the processor', 'kB of heap', 'kB resident', 'files']),
    row(['---', '--:', '--:', '--:', '--:', '--:']),
    ...names.map((name) => row([name, ...cells(name, loads)])),
  ].join('')
  process.stdout.write(text)
  if (!QUICK) writeFileSync(join(__dirname, 'results.md'), text)
  refuseLarge(downloads)
}

type Loads = ReadonlyMap<string, readonly Load[]>

/** In turns, so that no way in has the quieter machine. */
async function measured(names: readonly string[]): Promise<Loads> {
  const loads = new Map<string, Load[]>()
  for (let turn = 0; turn < RUNS; turn += 1)
    for (const way of WAYS)
      for (const name of names) {
        const key = keyOf(way, name)
        loads.set(key, [...(loads.get(key) ?? []), await loaded(way, name)])
      }
  return loads
}

const keyOf = (way: Way, name: string): string => `${way} ${name}`

function cells(name: string, loads: Loads): readonly string[] {
  const both = (member: keyof Load, shown: (value: number) => string): string =>
    WAYS.map((way) =>
      shown(median((loads.get(keyOf(way, name)) ?? []).map((l) => l[member]))),
    ).join(', ')
  const [{ files } = { files: NaN }] = loads.get(keyOf('require', name)) ?? []
  return [
    both('ms', (value) => value.toFixed(1)),
    both('processorMs', (value) => value.toFixed(0)),
    both('heapKb', count),
    both('residentKb', count),
    String(files),
  ]
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

function refuseLarge(downloads: readonly Size[]): void {
  for (const { title, gzipped, most } of downloads)
    if (gzipped > most) {
      console.error(`bench: ${title} has ${gzipped} bytes gzipped, of ${most} at most`)
      process.exitCode = 1
    }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? `bench: ${error.message}` : error)
  process.exit(1)
})
