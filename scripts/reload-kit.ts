// `npm run test:reload -- [--seed N] [--only W4,W25] [--formats yaml] [--watching poll] [--short] [--at-once N]`
// The whole reload conformance kit, over the engine in src/, at full size.
import { parseArgs } from 'node:util'
import { reportText, runKit, totals, type Format, type Watching } from '../test/contracts/reload'
import { liveflagAdapter } from '../test/support/liveflag-adapter'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    only: { type: 'string' },
    formats: { type: 'string', default: 'yaml,json,ini' },
    watching: { type: 'string', default: 'events+poll,poll,events' },
    short: { type: 'boolean', default: false },
    'at-once': { type: 'string', default: '8' }
  }
})

const FORMATS: readonly Format[] = ['yaml', 'json', 'ini']
const WATCHING: readonly Watching[] = ['events+poll', 'poll', 'events']
const chosen = <T extends string>(all: readonly T[], list: string): T[] => all.filter((one) => list.split(',').includes(one))

async function main(): Promise<void> {
  const unhandled: unknown[] = []
  process.on('unhandledRejection', (reason) => unhandled.push(reason))
  const report = await runKit({
    adapter: liveflagAdapter,
    scale: values.short ? 'short' : 'full',
    ways: chosen(FORMATS, values.formats).flatMap((format) => chosen(WATCHING, values.watching).map((watching) => ({ format, watching }))),
    atOnce: Number(values['at-once']),
    ...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
    ...(values.only === undefined ? {} : { only: values.only.split(',') }),
    onResult: ({ id, title, format, watching, verdict }) => {
      if (verdict === 'failed') console.error(`failed ${id} ${title} (${format}, ${watching})`)
    }
  })
  console.log(reportText(report))
  for (const reason of unhandled) console.error('I10: unhandled rejection:', reason)
  if (totals(report).failed + report.leaks.length + unhandled.length > 0) process.exitCode = 1
}

void main()
