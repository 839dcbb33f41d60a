/**
 * The timers of Node and its clock for durations, as they are when liveflag is loaded. Tests of an
 * application replace the global ones (Jest's and Sinon's fake timers), which would stop every
 * watch, pull and start: no file of src/ takes them from anywhere but here (eslint.config.mjs).
 * Read from the modules once: a named import would be looked up again at each call. Where a test
 * replaced those of the modules before it loaded liveflag, there are others that are real.
 */
import hooks from 'node:perf_hooks'
import timers from 'node:timers'
import promises from 'node:timers/promises'
import { areReal, realClock, socketTimers, type Timers } from './real-timers'

const real: Timers = areReal(timers)
  ? { ...timers, delay: promises.setTimeout, nextTurn: promises.setImmediate }
  : socketTimers()

export const {
  setTimeout,
  clearTimeout,
  setInterval,
  clearInterval,
  setImmediate,
  clearImmediate,
  /** The forms that return a promise. */
  delay,
  nextTurn,
} = real

export const { performance } = hooks

/** The time of day of this machine's files, which no test sets. */
export const wallClock: () => number = realClock()
