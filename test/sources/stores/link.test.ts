import { type Connection, Link } from '../../../src/sources/stores/link'

/** A connection that breaks when the test says so. */
class Scripted implements Connection {
  isClosed = false
  break: (reason: unknown) => void = () => undefined
  readonly broken = new Promise<unknown>((resolve) => (this.break = resolve))
  async close(): Promise<void> {
    this.isClosed = true
    this.break(new Error('closed'))
  }
}

function linkOf(outcomes: readonly (Scripted | Error)[]): Link<Scripted> {
  const left = [...outcomes]
  return new Link(async () => {
    const next = left.shift()
    if (next instanceof Scripted) return next
    throw next ?? new Error('no more connections')
  })
}

const settled = (): Promise<void> => new Promise(setImmediate)

test('all who need a connection share one', async () => {
  const one = new Scripted()
  const link = linkOf([one])
  expect(await Promise.all([link.use(), link.use()])).toEqual([one, one])
  expect(await link.use()).toBe(one)
})

test('after it broke, the next who needs one gets another', async () => {
  const [one, two] = [new Scripted(), new Scripted()]
  const link = linkOf([one, two])
  await link.use()
  one.break(new Error('cut'))
  await settled()
  expect(one.isClosed).toBe(true)
  expect(await link.use()).toBe(two)
})

test('a failure to connect is told to all who wait, and the next tries again', async () => {
  const two = new Scripted()
  const link = linkOf([new Error('refused'), two])
  const waiting = [link.use(), link.use()]
  for (const one of waiting) await expect(one).rejects.toThrow('refused')
  expect(await link.use()).toBe(two)
})

test('a connection that is dropped is closed, and another is made for the next', async () => {
  const [one, two] = [new Scripted(), new Scripted()]
  const link = linkOf([one, two])
  await link.use()
  await link.drop()
  expect(one.isClosed).toBe(true)
  expect(await link.use()).toBe(two)
})

test('what arrives after the end is closed', async () => {
  const one = new Scripted()
  let arrive: (connection: Scripted) => void = () => undefined
  const link = new Link(() => new Promise<Scripted>((resolve) => (arrive = resolve)))
  void link.use()
  const closing = link.close()
  arrive(one)
  await closing
  await settled()
  expect(one.isClosed).toBe(true)
})
