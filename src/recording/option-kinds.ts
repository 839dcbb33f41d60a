import { objectWith, type OptionKind, wholeNumberFrom } from '../core/options'

/** What an application calls of a store itself. */
export const STORE_METHODS = ['open', 'write', 'admit', 'close'] as const

export const STORE: OptionKind = objectWith(['write'], 'a store, such as sqliteStore(path)')

/** A time above 0; fractions of a millisecond are allowed. */
export const POSITIVE_MS: OptionKind = {
  fits: (value) => typeof value === 'number' && value > 0 && value < Infinity,
  wanted: 'milliseconds above 0',
}

export const POSITIVE_INTEGER = wholeNumberFrom(1, 'a whole number above 0')

/** A time that a database takes in whole milliseconds. */
export const POSITIVE_INTEGER_MS = wholeNumberFrom(1, 'whole milliseconds above 0')
