// `npm run test:reload -- [--seed N] [--only W4,W25] [--formats yaml] [--watching poll] [--short]
// [--at-once N] [--minutes N]` The whole reload conformance kit, over the engine in src/, at full
// size; with `--minutes`, short and again and again.
import { parseArgs } from 'node:util'
import {
  reportText,
  runKit,
  totals,
  type Format,
  type Report,
  type Watching,
} from '../src/testing/testing'
import { liveflagAdapter } from '../test/support/liveflag-adapter'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    only: { type: 'string' },
    formats: { type: 'string', default: 'yaml,json,ini' },
    watching: { type: 'string', default: 'events+poll,poll,events' },
    short: { type: 'boolean', default: false },
    'at-once': { type: 'string', default: '8' },
    minutes: { type: 'string' },
  },
})

const FORMATS: readonly Format[] = ['yaml', 'json', 'ini']
const WATCHING: readonly Watching[] = ['events+poll', 'poll', 'events']
const chosen = <T extends string>(all: readonly T[], list: string): T[] =>
  all.filter((one) => list.split(',').includes(one))

let failed = false
let finished = false
const unhandled: unknown[] = []
process.on('unhandledRejection', (reason) => unhandled.push(reason))

function once(): Promise<Report> {
  return runKit({
    adapter: liveflagAdapter,
    scale: values.short || values.minutes !== undefined ? 'short' : 'full',
    ways: chosen(FORMATS, values.formats).flatMap((format) =>
      chosen(WATCHING, values.watching).map((watching) => ({ format, watching })),
    ),
    atOnce: Number(values['at-once']),
    ...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
    ...(values.only === undefined ? {} : { only: values.only.split(',') }),
    onResult: ({ id, title, format, watching, verdict }) => {
      if (verdict === 'failed') console.error(`failed ${id} ${title} (${format}, ${watching})`)
    },
  })
}

function judge(report: Report): void {
  console.log(reportText(report))
  for (const reason of unhandled) console.error('I10: unhandled rejection:', reason)
  if (totals(report).failed + report.leaks.length + unhandled.length > 0) failed = true
}

async function main(): Promise<void> {
  const end = performance.now() + Number(values.minutes ?? 0) * 60_000
  do {
    judge(await once())
    if (values.minutes !== undefined)
      console.log(`${Math.round(process.memoryUsage.rss() / 1024 / 1024)} MiB in use`)
  } while (performance.now() < end)
  finished = true
  process.exitCode = failed ? 1 : 0
}

// A run that ends without its report has failed: waits of the kit need not keep the process alive,
// and what it throws must not end among the unhandled rejections that only the report shows.
process.exitCode = 1
const hold = setInterval(() => undefined, 60_000)
process.on('exit', (code) => {
  if (!finished) console.error(`the kit ended without its report, with exit code ${code}`)
})
void main()
  .catch((error: unknown) => console.error(error))
  .finally(() => clearInterval(hold))
