/**
 * A server of live configs and sources that pull from it, for the tests of `http`: made anew for
 * each test of the file that imports this.
 */
import type { Source } from '../../src/core/source'
import { http, type HttpOptions } from '../../src/sources/http'
import { FlagServer, serving } from './flag-server'
import { RecordingSink } from './recording-sink'

/** What the server sends at first. */
export const A = '{"feature_a": "on"}'
/** Nothing happens by itself within a test. */
const NEVER = 2 ** 31 - 1

export let server: FlagServer
export let sink: RecordingSink
export const open: Source[] = []

/** Opens a source; it is closed after the test. */
export async function opened(options: HttpOptions = {}, url = server.url): Promise<Source> {
  const source = http(url, { refreshMs: NEVER, stream: false, ...options })
  open.push(source)
  await source.open(sink)
  return source
}

/** The problem that was reported last. */
export const problem = () =>
  sink.tellings.flatMap((telling) => (telling.kind === 'failed' ? [telling.problem] : [])).at(-1)

beforeEach(async () => {
  sink = new RecordingSink()
  server = await FlagServer.start()
  server.answer = serving(A)
})

afterEach(async () => {
  await Promise.all(open.splice(0).map((source) => source.close()))
  await server.close()
})
