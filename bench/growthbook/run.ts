// `npm run bench:growthbook [-- --quick]`: liveflag and the GrowthBook SDK on one payload, each in
// a process of its own.
import { fork } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join, resolve } from 'node:path'
import { geometricMean, median } from '../measure'
import type { Told } from './child'
import type { SideName } from './contenders'

function inChild(name: SideName, quick: boolean): Promise<Told> {
  process.stderr.write(`${name}\n`)
  const child = fork(join(__dirname, 'child.ts'), [name, quick ? 'quick' : 'full'], {
    execArgv: [...process.execArgv, '--expose-gc'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  return new Promise((done, failed) => {
    let told: Told | undefined
    child.on('message', (value) => (told = value as Told))
    child.on('error', failed)
    child.on('exit', (code) => (told ? done(told) : failed(new Error(`${name} failed (${code})`))))
  })
}

const figure = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1)
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`

function report(growthbook: Told, liveflag: Told): string {
  const kinds = Object.keys(liveflag.rounds)
  const ratios = kinds.map(
    (kind) => median(growthbook.rounds[kind] ?? []) / median(liveflag.rounds[kind] ?? []),
  )
  const lines = kinds.map((kind, i) =>
    row([
      kind,
      figure(median(growthbook.rounds[kind] ?? [])),
      figure(median(liveflag.rounds[kind] ?? [])),
      `**${ratios[i]?.toFixed(1)}x**`,
    ]),
  )
  const loads = [
    ['load, ms', growthbook.loadMs, liveflag.loadMs],
    ['load and every feature asked once, ms', growthbook.allAskedMs, liveflag.allAskedMs],
  ] as const
  return [
    '# liveflag and the GrowthBook SDK on one payload\n\n',
    'Written by `npm run bench:growthbook`; all ratios are from this one run.\n\n',
    `- ${new Date().toISOString().slice(0, 10)}; ${cpus()[0]?.model.trim()}, ${cpus().length} cores; Node ${process.versions.node}\n`,
    `- @growthbook/growthbook ${versionOf('@growthbook/growthbook')} (\`GrowthBookClient.evalFeature\` with a user context per request), liveflag (\`features.for(world).decide\`)\n`,
    '- The same payload for both: 100 features of each kind, and a saved group of 10,000. Both gave the same values to 500 people before anything was measured.\n',
    '- 50 new requests at a time, each asked 20 features of a kind once; a page is a new request and 50 questions of all kinds. No tracking callback, `NODE_ENV=production`.\n\n',
    row([
      'nanoseconds per question (page: per page), median',
      'GrowthBook',
      'liveflag',
      'liveflag is faster by',
    ]),
    row(['---', '--:', '--:', '--:']),
    ...lines,
    row(['geometric mean', '', '', `**${geometricMean(ratios).toFixed(1)}x**`]),
    '\n## 10,000 features, from the text of the payload to ready\n\n',
    row(['', 'GrowthBook', 'liveflag']),
    row(['---', '--:', '--:']),
    ...loads.map(([title, theirs, ours]) => row([title, theirs.toFixed(1), ours.toFixed(1)])),
  ].join('')
}

const versionOf = (name: string): string =>
  (
    JSON.parse(
      readFileSync(resolve(__dirname, '../../node_modules', name, 'package.json'), 'utf8'),
    ) as { version: string }
  ).version

async function main(): Promise<void> {
  const quick = process.argv.includes('--quick')
  const growthbook = await inChild('growthbook', quick)
  const liveflag = await inChild('liveflag', quick)
  if (growthbook.answers !== liveflag.answers)
    throw new Error('the two do not answer alike; nothing was compared')
  const text = report(growthbook, liveflag)
  process.stdout.write(text)
  if (!quick) writeFileSync(join(__dirname, 'results.md'), text)
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? `bench: ${error.message}` : error)
  process.exit(1)
})
