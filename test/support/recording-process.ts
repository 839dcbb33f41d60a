// A program that offers rows to a writer that closes on SIGTERM, and then lives on; a test starts it. `listens`: it ends by itself, with 7.
import { bufferedWriter } from '../../src/recording/buffered'
import { sqliteStore } from '../../src/recording/sqlite'
import { exposureRow } from './rows'

const [path = '', listens] = process.argv.slice(2)
const writer = bufferedWriter(sqliteStore(path), { flushMs: 60_000, closeOn: ['SIGTERM'] })
writer.offer({ exposures: Array.from({ length: 50 }, (_, i) => exposureRow(`u${i}`, 'a')) })
if (listens === 'listens') process.on('SIGTERM', () => void writer.close().then(() => process.exit(7)))
setInterval(() => undefined, 1000)
process.stdout.write('ready\n')
