// A program that records more than its files may hold (`ulimit -f`), and prints how many rows were
// acknowledged; a test starts it.
import { join } from 'node:path'
import { bufferedWriter } from '../../src/recording/buffered'
import { sqliteStore } from '../../src/recording/sqlite'
import { exposureRow } from './rows'

async function main(directory: string): Promise<void> {
  // The signal would end the process before the write fails.
  process.on('SIGXFSZ', () => undefined)
  const store = sqliteStore(join(directory, 'records.db'), { threadFromRows: Infinity })
  const spill = join(directory, 'spill.db')
  const options = { timeoutMs: 100, onError: () => undefined }
  const writer = bufferedWriter(store, { ...options, whenFull: 'spill', spill })
  let acknowledged = 0
  for (let batch = 0; batch < 60; batch++) {
    const unit = (_: unknown, row: number): string => `${batch}-${row}-${'x'.repeat(60)}`
    const units = Array.from({ length: 200 }, unit)
    await writer.record({ exposures: units.map((name) => exposureRow(name, 'a')) }).then(
      () => (acknowledged += units.length),
      () => undefined,
    )
  }
  await writer.close()
  process.stdout.write(JSON.stringify({ acknowledged, ...writer.stats }))
}

void main(process.argv[2] ?? '')
