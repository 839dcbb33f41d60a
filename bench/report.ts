import { readFileSync } from 'node:fs'
import { cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { candidateNamed } from './contender'
import { geometricMean, timingOf } from './measure'
import { DRAWN } from './questions'
import { FLAGS, KINDS, VISITORS } from './workloads'
import type { Timing } from './measure'
import type { First } from './first'
import type { Held, Reload } from './reload'
import type { Garbage, Load, Speed } from './tasks'

type Of<T> = Readonly<Record<string, T>>

export interface Results {
  readonly quick: boolean
  /** The first is the 1x. */
  readonly contenders: readonly string[]
  readonly speed: Of<Speed>
  /** The 1x, measured once more at the end. */
  readonly again: Speed
  readonly garbage: Of<Garbage>
  readonly load: Of<Load>
  /** Of the contenders of that task; the first is the 1x. */
  readonly first: Of<First>
  readonly reload: Reload | undefined
  readonly seconds: number
}

const WHAT: Of<string> = {
  'on-off': 'plainly on or off',
  list: '20 user names, or gold',
  rollout: '25 % of logged-in users',
  experiment: 'which of 4 variants',
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return row(head) + row(head.map((_, i) => (i === 0 ? '---' : '--:'))) + rows.map(row).join('')
}

const figure = (value: number): string =>
  value >= 100
    ? Math.round(value).toLocaleString('en')
    : value >= 10
      ? value.toFixed(1)
      : value.toFixed(2)

const times = (ratio: number): string => `${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(1)}x`

class Report {
  private readonly titles: readonly string[]
  private readonly base: Speed

  constructor(private readonly results: Results) {
    this.titles = results.contenders.map((name) => candidateNamed(name).title)
    const first = results.speed[results.contenders[0] ?? '']
    if (first === undefined) throw new Error('the 1x was not measured')
    this.base = first
  }

  text(): string {
    const { quick, reload } = this.results
    return [
      '# Benchmark results\n',
      quick
        ? 'A quick run: rough figures.\n'
        : 'Written by `npm run bench`; all ratios are from this one run.\n',
      `${this.machine()}\n`,
      '## One question, asked for the first time in its request\n',
      'Nanoseconds per question (median of the rounds, least to most in brackets) and the multiple of the hand-written `if`.\n',
      this.speedTable(KINDS, (kind) => `${kind} (${WHAT[kind]})`, true),
      '## A page: a new request, and 50 questions\n',
      'Nanoseconds per page of 20 on/off, 10 list, 12 rollout and 8 experiment questions, with all that a request sets up.\n',
      this.speedTable(['page'], (name) => name, false),
      '## New visitors: nobody whom the process has seen before\n',
      'As above, but whatever an engine remembers of its visitors from earlier requests is of no use.\n',
      this.speedTable(
        [...DRAWN.map((kind) => `${kind}, new visitor`), 'page, new visitor'],
        (name) => name,
        false,
      ),
      '## Repeated: the same question again in the same request\n',
      this.speedTable(
        KINDS.map((kind) => `${kind}, repeated`),
        (name) => name,
        true,
      ),
      '## First questions, beside repeated ones: nobody is asked about a feature twice\n',
      'Nanoseconds per question, first and repeated, of 10,000 requests that were made before and are kept; and per page: a request is made, asked 50 different features of 1,000, and dropped. A quarter of the features of each kind, experiments with 4 variants of 10 %.\n',
      this.firstTable(),
      '## Garbage per repeated question\n',
      'Bytes allocated on the heap.\n',
      this.garbageTable(),
      '## Memory: the whole process after all of the above\n',
      this.memoryTable(),
      '## Load: 10,000 flags, from JSON text to ready\n',
      this.loadTable(),
      ...(reload === undefined
        ? []
        : ['## Reload: 10,000 YAML entries replaced while serving\n', reloadTable(reload)]),
      '## Method\n',
      this.method(),
    ].join('\n')
  }

  /** The 1x is the quicker of its two runs: a disturbance must not flatter anybody. */
  private timing(name: string, workload: string): Timing {
    const timing = timingOf(this.results.speed[name]?.rounds[workload] ?? [])
    if (name !== this.results.contenders[0]) return timing
    const again = timingOf(this.results.again.rounds[workload] ?? [])
    return again.median < timing.median ? again : timing
  }

  private ratio(name: string, workload: string): number {
    return (
      this.timing(name, workload).median /
      this.timing(this.results.contenders[0] ?? '', workload).median
    )
  }

  private speedTable(
    workloads: readonly string[],
    label: (workload: string) => string,
    withMean: boolean,
  ): string {
    const cell = (name: string, workload: string): string => {
      const { median, min, max } = this.timing(name, workload)
      return `${figure(median)} (${figure(min)} to ${figure(max)}) **${times(this.ratio(name, workload))}**`
    }
    const { contenders } = this.results
    const rows = workloads.map((workload) => [
      label(workload),
      ...contenders.map((name) => cell(name, workload)),
    ])
    const mean = (name: string): string =>
      `**${times(geometricMean(workloads.map((workload) => this.ratio(name, workload))))}**`
    return table(
      ['', ...this.titles],
      withMean ? [...rows, ['geometric mean', ...contenders.map(mean)]] : rows,
    )
  }

  private firstTable(): string {
    const all = Object.entries(this.results.first)
    const [, base] = all[0] ?? []
    if (base === undefined) return ''
    const line = (title: string, rounds: (first: First) => readonly number[]): string[] => [
      title,
      ...all.map(([, first]) => {
        const { median, min, max } = timingOf(rounds(first))
        const ratio = median / timingOf(rounds(base)).median
        return `${figure(median)} (${figure(min)} to ${figure(max)}) **${times(ratio)}**`
      }),
    ]
    return table(
      ['', ...all.map(([name]) => candidateNamed(name).title)],
      [
        ...KINDS.flatMap((kind) => [
          line(kind, ({ rounds }) => rounds[kind]),
          line(`${kind}, repeated`, ({ repeated }) => repeated[kind]),
        ]),
        line('page', ({ page }) => page),
        ['page, bytes of garbage', ...all.map(([, { pageBytes }]) => figure(pageBytes))],
      ],
    )
  }

  private garbageTable(): string {
    const { contenders, garbage } = this.results
    const bytes = (value: number | undefined): string =>
      value === undefined ? '' : value < 0.5 ? '0' : figure(value)
    const rows = KINDS.map((kind) => [
      kind,
      ...contenders.map((name) => bytes(garbage[name]?.[kind])),
    ])
    return table(['', ...this.titles], rows)
  }

  private memoryTable(): string {
    const { contenders, speed } = this.results
    return table(
      ['', ...this.titles],
      [['resident, MB', ...contenders.map((name) => figure(speed[name]?.megabytes ?? NaN))]],
    )
  }

  private loadTable(): string {
    const { contenders, load } = this.results
    const line = (title: string, value: (load: Load) => string): string[] => [
      title,
      ...contenders.map((name) => (load[name] === undefined ? '' : value(load[name]))),
    ]
    return table(
      ['', ...this.titles],
      [
        line('ms, warm (median)', ({ medianMs }) => figure(medianMs)),
        line('ms, first in its process', ({ firstMs }) => figure(firstMs)),
        line('ms, warm, and every flag asked once', ({ allAskedMs }) => figure(allAskedMs)),
        line('size of the text, kB', ({ characters }) => figure(characters / 1000)),
      ],
    )
  }

  private machine(): string {
    const [cpu] = cpus()
    const memory = Math.round(totalmem() / 2 ** 30)
    const packages = this.results.contenders.flatMap((name) => {
      const { packageName } = candidateNamed(name)
      return packageName === undefined ? [] : [`${packageName} ${versionOf(packageName)}`]
    })
    return [
      `- ${new Date().toISOString().slice(0, 10)}, ${Math.round(this.results.seconds)} seconds`,
      `- ${cpu?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, ${memory} GiB; ${type()} ${release()}`,
      `- Node ${process.versions.node}, V8 ${process.versions.v8}`,
      `- ${packages.join(', ')}`,
      '',
    ].join('\n')
  }

  private method(): string {
    const { again, contenders, speed } = this.results
    const drift = KINDS.map(
      (kind) =>
        timingOf(again.rounds[kind] ?? []).median / timingOf(this.base.rounds[kind] ?? []).median -
        1,
    )
    const checksums = [...contenders.map((name) => speed[name]?.checksum), again.checksum].map(
      String,
    )
    return [
      `- ${FLAGS.toLocaleString('en')} flags (mixed as the page is) and ${VISITORS.toLocaleString('en')} visitors, nine in ten signed in, one in ten of them gold; the same for all, from a seed.`,
      '- Each contender runs in a process of its own, one after the other. Before anything is timed its answers are checked: on/off and lists exactly, shares of rollouts and variants to 2 points.',
      '- All workloads are warmed up before the first is measured. Then rounds of at least 200 ms each (7 rounds; `--quick`: 3 of 25 ms); only asking is on the clock, not the preparation of requests. The answers go into a checksum.',
      '- The 10,000 visitors come again and again: an engine that remembers them between requests may. New visitors come once.',
      '- First ask: 50 new requests at a time (what a busy process has in flight), each asked 20 different flags once. Repeated: 50 requests, each asked the same 20 flags over and over, so an engine that remembers its answers may use them.',
      '- Garbage: growth of the heap over repeated questions without a collection in between, in a process of its own.',
      '- Load: the text is in memory, each engine\'s own format, compact JSON. "Every flag asked once" adds one question per flag, so that work put off is counted too.',
      '- Reload: a timer of 1 ms runs beside it; the hold is its longest wait (worst and median of 7 reloads, each in one process). The text is handed over by a source in memory, so no debounce and no disk.',
      `- The \`if\` is measured again at the end; it differed by ${drift.map((part) => `${(part * 100).toFixed(1)} %`).join(', ')} (${KINDS.join(', ')}). The 1x is the quicker of the two; far apart, they say that the machine was busy, and the ratios are rough.`,
      `- Checksums: ${checksums.join(', ')}.`,
      ...contenders.map((name) => `- ${candidateNamed(name).title}: ${candidateNamed(name).note}.`),
      '',
    ].join('\n')
  }
}

function reloadTable({ characters, idleHoldMs, one, all }: Reload): string {
  const cells = ({ longestHoldMs, medianHoldMs, visibleMs }: Held): string[] =>
    [longestHoldMs, medianHoldMs, visibleMs].map(figure)
  return `${table(
    ['liveflag', 'longest hold of the event loop, ms', 'median hold, ms', 'until visible, ms'],
    [
      ['one entry edited', ...cells(one)],
      ['all entries edited', ...cells(all)],
      ['(nothing happening, for 1 s)', figure(idleHoldMs), '', ''],
    ],
  )}\n${figure(characters / 1000)} kB of YAML.\n`
}

function versionOf(packageName: string): string {
  const folder = packageName === 'liveflag' ? '' : join('node_modules', packageName)
  const manifest = readFileSync(join(__dirname, '..', folder, 'package.json'), 'utf8')
  return (JSON.parse(manifest) as { readonly version: string }).version
}

export const report = (results: Results): string => new Report(results).text()
