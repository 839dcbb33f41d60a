import { Emitter, type Events } from '../../src/engine/events'

const problem: Events['problem'] = { code: 'syntax', severity: 'error', message: 'bad' }

function emitter(): { readonly emitter: Emitter; readonly thrown: string[] } {
  const thrown: string[] = []
  return {
    emitter: new Emitter((event, error) => thrown.push(`${event}: ${String(error)}`)),
    thrown,
  }
}

test('delivers an event to every listener of its kind, in the order in which they came', () => {
  const { emitter: events } = emitter()
  const heard: unknown[] = []
  events.on('ready', ({ generation }) => heard.push(['first', generation]))
  events.on('ready', ({ generation }) => heard.push(['second', generation]))
  events.on('problem', () => heard.push('problem'))
  events.emit('ready', { generation: 3 })
  expect(heard).toEqual([
    ['first', 3],
    ['second', 3],
  ])
})

test('a listener that throws harms no other, and is reported about', () => {
  const { emitter: events, thrown } = emitter()
  const heard: string[] = []
  events.on('problem', () => {
    throw new Error('boom')
  })
  events.on('problem', ({ code }) => heard.push(code))
  events.emit('problem', problem)
  expect([heard, thrown]).toEqual([['syntax'], ['problem: Error: boom']])
})

test('a listener that is added twice is called once, and gone when it is taken off once', () => {
  const { emitter: events } = emitter()
  let calls = 0
  const listener = (): void => void calls++
  events.on('ready', listener)
  events.on('ready', listener)
  events.emit('ready', { generation: 1 })
  events.off('ready', listener)
  events.emit('ready', { generation: 2 })
  expect(calls).toBe(1)
})

test('taking off a listener that was never there does nothing', () => {
  const { emitter: events } = emitter()
  expect(() => events.off('ready', () => undefined)).not.toThrow()
})

test('listeners that come and go while an event is delivered do not disturb its delivery', () => {
  const { emitter: events } = emitter()
  const heard: string[] = []
  const second = (): void => void heard.push('second')
  events.on('ready', () => {
    heard.push('first')
    events.off('ready', second)
    events.on('ready', () => heard.push('late'))
  })
  events.on('ready', second)
  events.emit('ready', { generation: 1 })
  expect(heard).toEqual(['first', 'second'])
})

test('knows whether anybody listens', () => {
  const { emitter: events } = emitter()
  const listener = (): void => undefined
  expect(events.isHeard('problem')).toBe(false)
  events.on('problem', listener)
  expect([events.isHeard('problem'), events.isHeard('change')]).toEqual([true, false])
  events.clear()
  expect(events.isHeard('problem')).toBe(false)
})
