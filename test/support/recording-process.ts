// A program that offers rows to a writer that closes on SIGTERM, and then lives on; a test starts
// it. `listens`: it ends by itself, with 7. `writes`: it writes the rows at once, and has nothing
// more to do.
import { bufferedWriter } from '../../src/recording/buffered'
import { sqliteStore } from '../../src/recording/sqlite'
import { exposureRow } from './rows'

const [path = '', how] = process.argv.slice(2)
const writer = bufferedWriter(sqliteStore(path, { threadFromRows: 1 }), {
  flushMs: 60_000,
  closeOn: ['SIGTERM'],
})
writer.offer({ exposures: Array.from({ length: 50 }, (_, i) => exposureRow(`u${i}`, 'a')) })
if (how === 'listens') process.on('SIGTERM', () => void writer.close().then(() => process.exit(7)))
if (how === 'writes') void writer.written()
else setInterval(() => undefined, 1000)
process.stdout.write('ready\n')
