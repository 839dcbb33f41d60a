import { setImmediate as turn } from 'node:timers/promises'
import { SerialQueue } from '../../src/runtime/serial-queue'

/** Work that takes a few turns of the event loop, and writes down when it begins and ends. */
const working =
  (log: string[], name: string, fails = false) =>
  async (): Promise<string> => {
    log.push(`${name} begins`)
    await turn()
    await turn()
    log.push(`${name} ends`)
    if (fails) throw new Error(name)
    return name
  }

test('one piece of work at a time, in the order in which they were added', async () => {
  const [queue, log] = [new SerialQueue(), [] as string[]]
  const results = [queue.add(working(log, 'a')), queue.add(working(log, 'b'))]
  expect(await Promise.all(results)).toEqual(['a', 'b'])
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
})

test('work that fails rejects for whoever added it, and the next is done', async () => {
  const [queue, log] = [new SerialQueue(), [] as string[]]
  const failing = queue.add(working(log, 'a', true))
  const thrown = queue.add(() => {
    throw new Error('at once')
  })
  const after = queue.add(working(log, 'b'))
  await expect(failing).rejects.toThrow('a')
  await expect(thrown).rejects.toThrow('at once')
  expect(await after).toBe('b')
})

test('idle resolves when all that was added before has settled', async () => {
  const [queue, log] = [new SerialQueue(), [] as string[]]
  await queue.idle()
  queue.add(working(log, 'a', true)).catch(() => undefined)
  await queue.idle()
  expect(log).toEqual(['a begins', 'a ends'])
})
