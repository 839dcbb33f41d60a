import { keepingAlive, Timers } from '../../src/sources/timers'
import { eventually } from '../support/eventually'

describe('timers that end together', () => {
  it('run once, or again and again', async () => {
    const timers = new Timers(false)
    let once = 0
    let often = 0
    timers.after(1, () => once++)
    timers.every(1, () => often++)
    await eventually('several runs', () => often >= 3)
    timers.clear()
    expect(once).toBe(1)
  })

  it('can be taken back one by one', async () => {
    const timers = new Timers(false)
    const ran: string[] = []
    const cancel = timers.after(1, () => ran.push('taken back'))
    timers.after(2, () => ran.push('kept'))
    cancel()
    await eventually('the one that was kept', () => ran.length > 0)
    expect(ran).toEqual(['kept'])
  })

  it('wake sleepers when they end, and run nothing after', async () => {
    const timers = new Timers(false)
    let ran = false
    timers.after(60_000, () => {
      ran = true
    })
    const slept = timers.sleep(60_000)
    timers.clear()
    await slept
    expect(ran).toBe(false)
  })

  it('hold the process only while somebody waits', async () => {
    const holding = (): number =>
      process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const before = holding()
    const timers = new Timers(false)
    const work = timers.sleep(5)
    expect(holding()).toBe(before)
    const waited = keepingAlive(work)
    expect(holding()).toBe(before + 1)
    await waited
    expect(holding()).toBe(before)
  })
})
