import { setTimeout } from 'node:timers/promises'
import { systemClock } from '../../src/runtime/clock'
import { ManualClock } from './manual-clock'

/** Lets the time of liveflag's own timers pass when the test says so, until mocks are restored. */
export function stopSystemClock(): ManualClock {
  const clock = new ManualClock()
  jest.spyOn(systemClock, 'now').mockImplementation(clock.now)
  jest.spyOn(systemClock, 'after').mockImplementation(clock.after)
  jest.spyOn(systemClock, 'random').mockImplementation(clock.random)
  return clock
}

/** Lets time pass in steps, between which sockets have their turn; ends early when `until` says so. */
export async function passSteps(
  clock: ManualClock,
  ms: number,
  stepMs: number,
  until: () => boolean = () => false,
): Promise<number> {
  let passed = 0
  for (; passed < ms && !until(); passed += stepMs) {
    await clock.pass(stepMs)
    await setTimeout(12)
  }
  return passed
}
