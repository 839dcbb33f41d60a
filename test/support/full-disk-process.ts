// A program that records more than its files may hold (`ulimit -f`), and prints how many rows were
// acknowledged; a test starts it.
import { join } from 'node:path'
import { bufferedWriter } from '../../src/recording/buffered'
import { sqliteStore } from '../../src/recording/sqlite'
import { ManualClock } from './manual-clock'
import { exposureRow } from './rows'

async function main(directory: string): Promise<void> {
  // The signal would end the process before the write fails.
  process.on('SIGXFSZ', () => undefined)
  const store = sqliteStore(join(directory, 'records.db'), { threadFromRows: Infinity })
  const spill = join(directory, 'spill.db')
  const clock = new ManualClock()
  const options = { timeoutMs: 100, onError: () => undefined, clock }
  const writer = bufferedWriter(store, { ...options, whenFull: 'spill', spill })
  let acknowledged = 0
  for (let batch = 0; batch < 60; batch++) {
    const unit = (_: unknown, row: number): string => `${batch}-${row}-${'x'.repeat(60)}`
    const units = Array.from({ length: 200 }, unit)
    const recorded = writer.record({ exposures: units.map((name) => exposureRow(name, 'a')) })
    await passing(
      clock,
      recorded.then(
        () => (acknowledged += units.length),
        () => undefined,
      ),
    )
  }
  await passing(clock, writer.close())
  process.stdout.write(JSON.stringify({ acknowledged, ...writer.stats }))
}

/** Time passes when nothing else can happen, so that a slow machine is no reason for a late answer. */
async function passing(clock: ManualClock, work: Promise<unknown>): Promise<void> {
  let isOver = false
  const end = (): void => {
    isOver = true
  }
  work.then(end, end)
  while (!isOver) await clock.pass(10)
}

void main(process.argv[2] ?? '')
