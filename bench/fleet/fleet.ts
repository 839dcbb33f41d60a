import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** What a process says. `marker`: of the live config that it has in force. */
export interface Said {
  readonly kind: 'started' | 'change' | 'stale' | 'ready' | 'failed'
  readonly at: number
  readonly marker: number
  readonly error?: string
}

export const now = (): number => performance.timeOrigin + performance.now()

/** So many start at a time: each takes a processor for a third of a second. */
const AT_ONCE = 10
const PATIENCE_MS = 120_000

/** Processes that read one live config. */
export class Fleet {
  private readonly said: Said[][]
  private readonly children: ChildProcess[] = []

  constructor(readonly size: number) {
    this.said = Array.from({ length: size }, () => [])
  }

  async start(url: string, follows = ''): Promise<void> {
    for (let first = 0; first < this.size; first += AT_ONCE) {
      for (let i = first; i < Math.min(first + AT_ONCE, this.size); i++) this.fork(url, i, follows)
      await this.until('all have started', () =>
        this.said.slice(0, this.children.length).every((one) => one.length > 0),
      )
    }
  }

  end(): void {
    for (const child of this.children) child.kill('SIGKILL')
  }

  /** When each said for the first time what is asked for, after `since`; those who have not are left out. */
  firsts(since: number, what: (said: Said) => boolean): readonly number[] {
    return this.said.flatMap((one) => {
      const found = one.find((said) => said.at >= since && what(said))
      return found ? [found.at] : []
    })
  }

  /** When each had this live config in force; resolves when all have. */
  async reach(marker: number, since: number): Promise<readonly number[]> {
    const has = (said: Said): boolean => said.marker === marker
    await this.until(`all have ${marker}`, () => this.firsts(since, has).length === this.size)
    return this.firsts(since, has)
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS
    while (!holds()) {
      const failed = this.said.flat().find(({ kind }) => kind === 'failed')
      if (failed) throw new Error(failed.error)
      if (performance.now() > deadline) throw new Error(`not within ${PATIENCE_MS} ms: ${what}`)
      await setTimeout(5)
    }
  }

  /** Milliseconds of processor that all have had so far. */
  processorMs(): number {
    return this.sum((pid) => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')
      return (Number(fields[11]) + Number(fields[12])) * TICK_MS
    })
  }

  /** Bytes that are each one's own, and its share of what all have. */
  memory(): number {
    return this.sum((pid) => {
      const [, kilobytes = '0'] =
        /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? []
      return Number(kilobytes) * 1024
    })
  }

  private sum(of: (pid: number) => number): number {
    return this.children.reduce((sum, { pid }) => sum + (pid === undefined ? 0 : of(pid)), 0)
  }

  private fork(url: string, i: number, follows: string): void {
    const child = fork(join(__dirname, 'watcher.cjs'), [url, `host-${i}`, follows], {
      execArgv: ['--no-warnings'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    child.on('message', (said: Said) => this.said[i]?.push(said))
    this.children.push(child)
  }
}

/** Linux counts processor time in hundredths of a second. */
const TICK_MS = 10
