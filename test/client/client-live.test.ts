/** Live updates without a page: what they need of a browser is put in its place. */
import type { ClientBootstrap } from '../../src/client/client'
import { goLive, type LiveOptions } from '../../src/client/client-live'

/** A page's window, whose time is the test's. */
class FakePage {
  readonly put: string[] = []
  readonly asked: ((bootstrap: string | undefined) => void)[] = []
  readonly timers: { readonly work: () => void; readonly ms: number }[] = []
  readonly streams: FakeStream[] = []
  readonly document = {
    visibilityState: 'visible',
    listeners: new Set<() => void>(),
    addEventListener: (_: string, listener: () => void) => this.document.listeners.add(listener),
    removeEventListener: (_: string, listener: () => void) =>
      this.document.listeners.delete(listener),
  }
  readonly client = { replace: (newer: ClientBootstrap) => void this.put.push(nameIn(newer)) }
  readonly globals = {
    document: this.document,
    EventSource: fakeStreams(this.streams),
    fetch: () =>
      new Promise((resolve, reject) =>
        this.asked.push((name) =>
          name === undefined ? reject(new Error('offline')) : resolve(answerOf(name)),
        ),
      ),
    setTimeout: (work: () => void, ms: number) => {
      const timer = { work, ms }
      this.timers.push(timer)
      return timer
    },
    clearTimeout: (timer: never) => {
      if (this.timers.includes(timer)) this.timers.splice(this.timers.indexOf(timer), 1)
    },
  }

  ring(): void {
    for (const { work } of this.timers.splice(0)) work()
  }

  show(visibilityState: string): void {
    this.document.visibilityState = visibilityState
    for (const listener of this.document.listeners) listener()
  }
}

interface FakeStream {
  readonly url: string
  readyState: number
  onmessage?: (event: { readonly data: string }) => void
  onerror?: () => void
  close(): void
}
const fakeStreams = (made: FakeStream[]) =>
  class implements FakeStream {
    readyState = 1
    constructor(readonly url: string) {
      made.push(this)
    }
    close(): void {
      this.readyState = 2
    }
  }

const nameIn = ({ features }: ClientBootstrap): string => Object.keys(features).join()
const answerOf = (name: string) => ({
  ok: name !== '500',
  json: () => Promise.resolve({ features: { [name]: { enabled: true } } }),
})
/** Until everything that is resolved has been handled. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

let page: FakePage
let end: () => void
const before = new Map<string, PropertyDescriptor | undefined>()

function start(options: Partial<LiveOptions> = {}): void {
  page = new FakePage()
  for (const [name, value] of Object.entries(page.globals)) {
    before.set(name, Object.getOwnPropertyDescriptor(globalThis, name))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
  }
  end = goLive(page.client, { url: '/bootstrap', ...options })
}

afterEach(() => {
  end()
  for (const [name, descriptor] of before)
    if (descriptor) Object.defineProperty(globalThis, name, descriptor)
    else Reflect.deleteProperty(globalThis, name)
})

describe('without a stream', () => {
  test('it asks every minute, and goes on after what failed', async () => {
    start()
    expect(page.timers.map(({ ms }) => ms)).toEqual([60_000])
    for (const name of ['a', undefined, '500', 'b']) {
      page.ring()
      page.asked.shift()?.(name)
      await settled()
    }
    expect(page.put).toEqual(['a', 'b'])
  })

  test('a page that is not seen asks nothing, and what was due at once when it is seen again', () => {
    start()
    page.show('hidden')
    page.ring()
    expect([page.asked.length, page.timers.length]).toEqual([0, 0])
    page.show('visible')
    expect([page.asked.length, page.timers.length]).toEqual([1, 1])
    page.show('hidden')
    page.show('visible')
    expect([page.asked.length, page.timers.length]).toEqual([1, 1])
  })

  test('a slow answer does not replace a later one', async () => {
    start({ everyMs: 5 })
    page.ring()
    page.ring()
    page.asked[1]?.('newer')
    page.asked[0]?.('older')
    await settled()
    expect(page.put).toEqual(['newer'])
  })

  test('after its end nothing changes, and nothing is left', async () => {
    start()
    page.ring()
    end()
    page.asked[0]?.('late')
    await settled()
    expect([page.put, page.timers.length, page.document.listeners.size]).toEqual([[], 0, 0])
  })
})

describe('with a stream', () => {
  const [connected, changed] = ['{"type":"connected"}', '{"type":"refetchEvaluation"}']

  test('it asks after each message but the first, which says that it is connected', () => {
    start({ stream: '/sse' })
    const [stream] = page.streams
    stream?.onmessage?.({ data: connected })
    expect(page.asked).toHaveLength(0)
    stream?.onmessage?.({ data: changed })
    expect([stream?.url, page.asked.length, page.timers.length]).toEqual(['/sse', 1, 0])
  })

  test('a connection that is lost is left to the browser; one that is refused is made anew', () => {
    start({ stream: '/sse' })
    const [stream] = page.streams
    stream?.onerror?.()
    expect([page.streams.length, page.timers.length]).toEqual([1, 0])
    if (stream) stream.readyState = 2
    stream?.onerror?.()
    expect(page.timers[0]?.ms).toBeGreaterThanOrEqual(30_000)
    expect(page.timers[0]?.ms).toBeLessThanOrEqual(60_000)
    page.ring()
    // What it missed meanwhile no stream says.
    expect([page.streams.length, page.asked.length]).toEqual([2, 1])
    page.streams[1]?.onmessage?.({ data: changed })
    expect(page.asked).toHaveLength(2)
  })

  test.each([1, 2])('after its end no stream is open, in state %i', (readyState) => {
    start({ stream: '/sse' })
    const [stream] = page.streams
    if (stream) stream.readyState = readyState
    stream?.onerror?.()
    end()
    expect([stream?.readyState, page.timers.length]).toEqual([2, 0])
  })

  test('where the browser has no EventSource it asks every minute', () => {
    start({ stream: '/sse' })
    end()
    Reflect.set(globalThis, 'EventSource', undefined)
    end = goLive(page.client, { url: '/bootstrap', stream: '/sse' })
    expect(page.timers.map(({ ms }) => ms)).toEqual([60_000])
  })
})
