import fc from 'fast-check'

const SURROGATES = { from: 0xd800, count: 0x800 }
const MOST = 0x10ffff - SURROGATES.count

/** Any code point but half of a pair. */
const codePoint = fc.nat(MOST).map(
  (n) => String.fromCodePoint(n < SURROGATES.from ? n : n + SURROGATES.count),
  (text) => {
    const code = typeof text === 'string' ? text.codePointAt(0) : undefined
    const isOne = code !== undefined && String.fromCodePoint(code) === text
    if (!isOne || (code >= SURROGATES.from && code < SURROGATES.from + SURROGATES.count))
      throw new Error('no code point')
    return code < SURROGATES.from ? code : code - SURROGATES.count
  },
)

/**
 * Texts of any code points, names that every object has among them. fast-check's own, with the unit
 * `binary`, first makes a table of all 1,112,064 of them, in every suite that asks for one.
 */
export const anyText = (
  constraints: Omit<fc.StringConstraints, 'unit'> = {},
): fc.Arbitrary<string> => fc.string({ ...constraints, unit: codePoint })
