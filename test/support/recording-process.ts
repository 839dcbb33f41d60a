// A program that offers rows to a writer that closes on SIGTERM; a test starts it. `lives`: it lives
// on. `listens`: it ends by itself at SIGTERM, with 7. `writes`: it writes the rows at once, and has
// nothing more to do. `ends`: it has nothing more to do. `exits`: it calls process.exit. `throws`:
// nobody catches its error. `spills`: its store is away, and it exits. `away`: so it is, and there is
// no spill file.
import { bufferedWriter } from '../../src/recording/buffered'
import { postgresStore } from '../../src/recording/postgres'
import { sqliteStore } from '../../src/recording/sqlite'
import { exposureRow } from './rows'

const [path = '', how = 'lives'] = process.argv.slice(2)
const isAway = how === 'spills' || how === 'away'
/** The argument is the path of a SQLite file, or the URL of a PostgreSQL database. */
const open = path.startsWith('postgres:') ? postgresStore : sqliteStore
const away = { name: 'away', write: () => Promise.reject(new Error('the store is away')) }
const writer = bufferedWriter(isAway ? away : open(path, { threadFromRows: 1 }), {
  ...(how === 'spills' && { whenFull: 'spill', spill: `${path}.spill` }),
  flushMs: 60_000,
  // On a busy machine a thread takes seconds to start, and to connect to a database.
  timeoutMs: 50_000,
  closeOn: ['SIGTERM'],
})
writer.offer({ exposures: Array.from({ length: 50 }, (_, i) => exposureRow(`u${i}`, 'a')) })
if (how === 'listens') process.on('SIGTERM', () => void writer.close().then(() => process.exit(7)))
if (how === 'writes') void writer.written()
if (how === 'lives' || how === 'listens') setInterval(() => undefined, 1000)
process.stdout.write('ready\n')
if (how === 'exits' || isAway) setImmediate(() => process.exit(3))
if (how === 'throws') throw new Error('nobody catches this')
