import { StoreError } from '../../../src/sources/key-store'
import { type Listening, Watches } from '../../../src/sources/stores/watches'
import { passSteps, stopSystemClock } from '../../support/system-clock'

const errorOf = (error: unknown): StoreError =>
  new StoreError('unreachable', 'store', (error as Error).message, 'check it')

/** What a watcher heard, in its order. */
function hearing() {
  const heard: string[] = []
  return {
    heard,
    live: () => void heard.push('live'),
    changed: (keys?: readonly string[]) => void heard.push(`changed ${keys?.join()}`),
    down: ({ reason }: StoreError) => void heard.push(`down: ${reason}`),
  }
}

/** Tries to listen, as the test drives them. */
function tries() {
  const listenings: Listening[] = []
  let ends = 0
  const listen = (listening: Listening): (() => void) => {
    listenings.push(listening)
    return () => ends++
  }
  const last = (): Listening => {
    const listening = listenings.at(-1)
    if (!listening) throw new Error('nobody listens')
    return listening
  }
  return { listen, last, listenings, ends: () => ends }
}

afterEach(() => jest.restoreAllMocks())

test('a watch that fails is ended, and begun again after a pause', async () => {
  const clock = stopSystemClock()
  const [watcher, { listen, last, listenings, ends }] = [hearing(), tries()]
  const watches = new Watches(errorOf)
  watches.begin(listen, watcher)
  await passSteps(clock, 10, 10)
  last().live()
  last().changed(['rollout'])
  last().failed(new Error('cut'))
  await passSteps(clock, 20_000, 1000, () => listenings.length === 2)
  last().live()
  expect(watcher.heard).toEqual(['live', 'changed rollout', 'down: cut', 'live'])
  expect(ends()).toBe(1)
  watches.close()
  expect(ends()).toBe(2)
})

test('what comes from a try that has failed is ignored', async () => {
  const clock = stopSystemClock()
  const [watcher, { listen, last, ends }] = [hearing(), tries()]
  const watches = new Watches(errorOf)
  watches.begin(listen, watcher)
  await passSteps(clock, 10, 10)
  const first = last()
  first.failed(new Error('cut'))
  first.failed(new Error('cut again'))
  first.live()
  first.changed([''])
  await passSteps(clock, 10, 10)
  expect(watcher.heard).toEqual(['down: cut'])
  expect(ends()).toBe(1)
  watches.close()
})

test('nothing is noticed after a watch was closed, and the others go on', async () => {
  const clock = stopSystemClock()
  const [one, other] = [hearing(), hearing()]
  const [first, second] = [tries(), tries()]
  const watches = new Watches(errorOf)
  const watch = watches.begin(first.listen, one)
  watches.begin(second.listen, other)
  await passSteps(clock, 10, 10)
  watch.close()
  watch.close()
  first.last().changed([''])
  second.last().changed([''])
  expect(one.heard).toEqual([])
  expect(other.heard).toEqual(['changed '])
  expect(first.ends()).toBe(1)
  watches.close()
})

test('a try that fails before it has begun is ended, too', async () => {
  const clock = stopSystemClock()
  const watcher = hearing()
  let ends = 0
  const watches = new Watches(errorOf)
  watches.begin((listening) => {
    listening.failed(new Error('never began'))
    return () => ends++
  }, watcher)
  await passSteps(clock, 10, 10)
  expect(watcher.heard).toEqual(['down: never began'])
  expect(ends).toBe(1)
  watches.close()
})
