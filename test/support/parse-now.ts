import type { Parsed } from '../../src/live-config/text/entry'
import { atOnce } from '../../src/runtime/time-slice'
import { parse } from '../../src/live-config/text/parse'

/** Parses a text without letting anything else run meanwhile. */
export const parseNow = (...args: Parameters<typeof parse>): Parsed => atOnce(parse(...args))
