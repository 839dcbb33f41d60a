import type { OptionKind } from '../core/options'
import { wholeNumberFrom } from '../core/options'

/** A time above 0; fractions of a millisecond are allowed. */
export const POSITIVE_MS: OptionKind = {
  fits: (value) => typeof value === 'number' && value > 0 && value < Infinity,
  wanted: 'milliseconds above 0',
}

export const POSITIVE_INTEGER = wholeNumberFrom(1, 'a whole number above 0')

/** A time that a database takes in whole milliseconds. */
export const POSITIVE_INTEGER_MS = wholeNumberFrom(1, 'whole milliseconds above 0')
