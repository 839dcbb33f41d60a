/** The client without a page: what it needs of a browser is put in its place. */
import { gzipSync } from 'node:zlib'
import { buildSync } from 'esbuild'
import { sizes } from '../../bench/start/sizes'
import { type Client, type ClientBootstrap, createClient } from '../../src/client/client'
import { join } from 'node:path'

const bootstrap: ClientBootstrap = {
  features: {
    on: { enabled: true },
    limits: { enabled: true, value: { max: 3 } },
    button: { enabled: true, variant: 'blue', exposure: 'TOKEN' },
  },
}

/** A page's window: what was sent, and the listeners that the client added. */
function inBrowser<T>(isTaken: boolean, work: (page: Page) => T): T {
  const page: Page = { beacons: [], fetched: [], timers: [], left: [] }
  const added = {
    navigator: {
      sendBeacon: (url: string, body: string) => (page.beacons.push([url, body]), isTaken),
    },
    fetch: (url: string) => (page.fetched.push(url), Promise.reject(new Error('offline'))),
    setTimeout: (work: () => void) => page.timers.push(work),
    addEventListener: (_type: string, listener: () => void) => page.left.push(listener),
  }
  const before = Object.getOwnPropertyDescriptors(globalThis)
  for (const [name, value] of Object.entries(added))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
  try {
    return work(page)
  } finally {
    for (const name of Object.keys(added)) {
      const known = before[name as keyof typeof before]
      if (known) Object.defineProperty(globalThis, name, known)
      else Reflect.deleteProperty(globalThis, name)
    }
  }
}
interface Page {
  readonly beacons: [url: string, body: string][]
  readonly fetched: string[]
  readonly timers: (() => void)[]
  readonly left: (() => void)[]
}

const answers = (client: Client): unknown => [
  client.isEnabled('on'),
  client.isEnabled('gone'),
  client.isEnabled('__proto__'),
  client.variant('button'),
  client.variant('gone'),
  client.value('button', 'none'),
  client.value('limits', { max: 1 }),
  client.value('limits', 7),
  client.value('on', false),
]

test('it answers what the server decided', () => {
  const client = createClient(bootstrap, { events: false })
  expect(answers(client)).toEqual([
    ...[true, false, false, 'blue', undefined, 'blue'],
    ...[{ max: 3 }, 7, true],
  ])
})

test('on a server, without a page, everything is off', () => {
  expect(createClient().isEnabled('on')).toBe(false)
})

test('an exposure is sent once, with those of its second, and not for a value of another type', () => {
  inBrowser(true, (page) => {
    const client = createClient(bootstrap)
    client.value('button', 7)
    expect(page.timers).toEqual([])
    for (let i = 0; i < 3; i++) client.variant('button')
    client.isEnabled('button')
    expect(page.beacons).toEqual([])
    for (const ring of page.timers) ring()
    const body = JSON.stringify({ events: [{ type: 'exposure', token: 'TOKEN' }] })
    expect(page.beacons).toEqual([['/events', body]])
    client.replace({ features: { button: { enabled: true, variant: 'blue', exposure: 'NEWER' } } })
    client.variant('button')
    client.flush()
    expect(page.beacons).toHaveLength(1)
  })
})

test('what waits is sent when the page is left, by fetch where the queue of beacons is full', () => {
  inBrowser(false, (page) => {
    createClient(bootstrap, { events: 'https://flags.example/events' }).isEnabled('button')
    for (const leave of page.left) leave()
    expect(page.fetched).toEqual(['https://flags.example/events'])
  })
})

test('newer Decisions are in force at once, and whoever subscribed is notified', () => {
  const client = createClient(bootstrap, { events: false })
  let notified = 0
  const end = client.subscribe(() => notified++)
  client.replace({ features: { on: { enabled: false } } })
  end()
  client.replace(bootstrap)
  expect([notified, client.isEnabled('on')]).toEqual([1, true])
})

test('it is smaller than 1.5 kB, and every browser of 2020 reads it', () => {
  const { outputFiles } = buildSync({
    entryPoints: [join(__dirname, '../../src/client/client.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2020',
    write: false,
  })
  const [file] = outputFiles
  expect(gzipSync(file?.contents ?? '', { level: 9 }).length).toBeLessThan(1500)
  expect(file?.text).not.toMatch(/\.at\(|hasOwn\(|replaceAll|structuredClone|require\(/)
})

test('on a server that renders the page nothing is sent: the browser sends what it shows', () => {
  inBrowser(true, (page) => {
    Reflect.deleteProperty(globalThis, 'addEventListener')
    const client = createClient(bootstrap, { events: 'https://example.com/events' })
    expect(client.variant('button')).toBe('blue')
    client.flush()
    expect([page.timers, page.beacons, page.fetched]).toEqual([[], [], []])
  })
})

test('what a page downloads of the built package is within its bounds, as the bench reports it', async () => {
  const all = await sizes()
  expect(all.map(({ title, most }) => [title, most])).toEqual([
    ['liveflag/client', 1500],
    ['with liveflag/client-live', 2000],
    ['liveflag/react', 1500],
  ])
  expect(all.filter(({ gzipped, most }) => gzipped > most)).toEqual([])
})
