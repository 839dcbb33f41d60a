// A process that assigns: `kind url variation units`. It loads the documents of all units, says
// `ready`, and when it hears a line assigns its own variation to each that has none; then it says
// what it and everybody else finds from then on.
import { loadSticky, stickySaved } from '../../src/sticky/load'
import { postgresStickyService } from '../../src/sticky/postgres'
import { redisStickyService } from '../../src/sticky/redis'
import { sqliteStickyService } from '../../src/sticky/sqlite'

const [kind = '', url = '', variation = '', units = '0'] = process.argv.slice(2)
const open = {
  redis: redisStickyService,
  postgres: postgresStickyService,
  sqlite: sqliteStickyService,
}
const service = open[kind as keyof typeof open](url)
const ids = Array.from({ length: Number(units) }, (_, i) => `u${i}`)
const patient = {
  timeoutMs: 20_000,
  onError: (error: unknown) => void process.stderr.write(`${String(error)}\n`),
}
const load = (id: string) => loadSticky(service, { id }, ['id'], patient)
/** Some at a time: of hundreds, the last would wait for a connection for too long on a busy machine. */
const AT_ONCE = 20

async function ofEach<One>(ask: (id: string) => Promise<One>): Promise<One[]> {
  const found: One[] = []
  for (let i = 0; i < ids.length; i += AT_ONCE)
    found.push(...(await Promise.all(ids.slice(i, i + AT_ONCE).map(ask))))
  return found
}

async function run(): Promise<void> {
  const loaded = await ofEach(load)
  process.stdout.write('ready\n')
  await new Promise((resolve) => process.stdin.once('data', resolve))
  ids.forEach((id, i) => loaded[i]?.assign('id', id, 'exp__0', variation))
  await stickySaved(service)
  await new Promise((resolve) => {
    process.stdout.write('saved\n')
    process.stdin.once('data', resolve)
  })
  const found = await ofEach(async (id) => (await load(id)).assignments('id', id)['exp__0'] ?? '')
  process.stdout.write(`${JSON.stringify(found)}\n`)
  await Promise.resolve(service.close())
  process.stdin.destroy()
}

void run()
