/**
 * The one check of options. Every `open…`, `create…` and middleware describes its options in a
 * table of `OptionKind`; anything else is refused with LIVEFLAG_BAD_OPTION before the call begins.
 */
import { LiveflagError, shown } from './errors'
import { didYouMean } from './suggest'

/** Which values an option takes, and how a message asks for one: "give …". */
export interface OptionKind {
  readonly fits: (value: unknown) => boolean
  readonly wanted: string
  /** True: no message shows a text that does not fit. */
  readonly isSecret?: true
}

/** The kind of each option. Options that are checked elsewhere may be missing with `Partial`. */
export type OptionKinds<Options> = { readonly [Name in keyof Options]-?: OptionKind }

/** The longest time that a timer of Node can wait; it would fire at once for a longer one. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1

export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null
export const isFunction = (value: unknown): boolean => typeof value === 'function'
export const isText = (value: unknown): value is string => typeof value === 'string'

export const TRUE_OR_FALSE: OptionKind = {
  fits: (value) => typeof value === 'boolean',
  wanted: 'true or false',
}
/** An option that is checked elsewhere or takes any value. */
export const ANYTHING: OptionKind = { fits: () => true, wanted: 'anything' }
export const FUNCTION: OptionKind = { fits: isFunction, wanted: 'a function' }
export const TEXT: OptionKind = { fits: isText, wanted: 'a text' }
/** A text that others must not guess. */
export const SECRET: OptionKind = {
  fits: (value) => isText(value) && value.length >= 32,
  wanted: 'a text of at least 32 characters',
  isSecret: true,
}
export const SECRET_OR_EMPTY: OptionKind = {
  ...SECRET,
  fits: (value) => value === '' || SECRET.fits(value),
}
/** A nonce as a content security policy has it. */
export const NONCE: OptionKind = {
  fits: (value) => isText(value) && /^[\w+/-]+={0,2}$/.test(value),
  wanted: 'a text in base64',
}
/** How long a timer waits, in milliseconds. */
export const TIMEOUT_MS: OptionKind = {
  fits: (value) => typeof value === 'number' && value >= 1 && value <= LONGEST_TIMER_MS,
  wanted: `milliseconds from 1 to ${LONGEST_TIMER_MS}`,
}

/** An object of a certain shape, such as one that has these methods. */
export const objectWith = (methods: readonly string[], wanted: string): OptionKind => ({
  fits: (value) =>
    isObject(value) && methods.every((method) => isFunction(Reflect.get(value, method))),
  wanted,
})

/** An opened Features; the usual mistake is a missing await. */
export const FEATURES: OptionKind = objectWith(
  ['for', 'run'],
  'what openFeatures resolved to (await it)',
)

/** A finite number from `least` to `most`, both included. */
export const numberFrom = (
  least: number,
  most = Number.MAX_SAFE_INTEGER,
  wanted = `a number from ${least} to ${most}`,
): OptionKind => ({
  fits: (value) => typeof value === 'number' && value >= least && value <= most,
  wanted,
})

/** A whole number from `least` on. */
export const wholeNumberFrom = (
  least: number,
  wanted = `a whole number from ${least}`,
): OptionKind => ({
  fits: (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= least,
  wanted,
})

/** One of these words. */
export const oneOf = (words: readonly string[], wanted = alternatives(words)): OptionKind => ({
  fits: (value) => words.some((word) => word === value),
  wanted,
})

/** `yaml, json or ini` */
const alternatives = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

/** `call` is what the application wrote, such as `file("live.yaml")`. */
export function badOption(
  call: string,
  name: string,
  value: unknown,
  wanted: string,
): LiveflagError {
  const given = isText(value)
    ? JSON.stringify(withoutLogins(value))
    : isEmpty(value)
      ? 'empty'
      : shown(value)
  return wrongOption(call, name, given, wanted)
}

/** What stands before an `@` in a URL may be a password. */
export const withoutLogins = (text: string): string => text.replace(/:\/\/[^\s"]*@/g, '://…@')

const wrongOption = (call: string, name: string, given: string, wanted: string): LiveflagError =>
  new LiveflagError('LIVEFLAG_BAD_OPTION', `${call}: ${name} is ${given}; give ${wanted}`)

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0

/**
 * Throws LIVEFLAG_BAD_OPTION for the first option that is unknown or not of its kind. An undefined
 * option counts as left out.
 *
 * @example
 * checkOptions('connect', { timeoutMs: 0 }, { url: TEXT, timeoutMs: TIMEOUT_MS })
 * // connect: timeoutMs is 0; give milliseconds from 1 to 2147483647
 * checkOptions('connect', { timeout: 5 }, { url: TEXT, timeoutMs: TIMEOUT_MS })
 * // connect: there is no option timeout; there are url, timeoutMs; did you mean timeoutMs?
 */
export function checkOptions<Options extends object>(
  call: string,
  options: Options,
  kinds: OptionKinds<Options>,
): void {
  if (!isObject(options)) throw badOption(call, 'options', options, 'an object')
  const known = Object.keys(kinds)
  for (const name of Object.keys(options))
    if (!known.includes(name)) throw unknownOption(call, name, known)
  checkValues(call, options, kinds)
}

/** The same without a check for unknown names. */
export function checkValues(
  call: string,
  options: object,
  kinds: Readonly<Record<string, OptionKind>>,
): void {
  for (const [name, { fits, wanted, isSecret }] of Object.entries(kinds)) {
    const value: unknown = Object.hasOwn(options, name) ? Reflect.get(options, name) : undefined
    if (value === undefined || fits(value)) continue
    if (isSecret && isText(value))
      throw wrongOption(call, name, `a text of ${value.length} characters`, wanted)
    throw badOption(call, name, value, wanted)
  }
}

/** A promise where a value belongs: somebody forgot to await it. */
export const promisedOption = (call: string, name: string): LiveflagError =>
  new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `${call}: ${name} is a promise, which is not waited for; await it, and give what it resolves with`,
  )

export function unknownOption(call: string, name: string, known: readonly string[]): LiveflagError {
  const meant = didYouMean(name, known)
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`
  return new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `${call}: there is no option ${name}; there are ${known.join(', ')}${hint}`,
  )
}

/**
 * Fills in defaults, which also say what type each option has; a time (`…Ms`) must be one that a
 * timer can wait. Throws LIVEFLAG_BAD_OPTION as `checkOptions` does.
 */
export function mergeOptions<Options extends object>(
  call: string,
  options: Partial<Options>,
  defaults: Options,
): Options {
  const kinds: Record<string, OptionKind> = {}
  for (const [name, usual] of Object.entries(defaults)) kinds[name] = kindLike(name, usual)
  checkOptions<object>(call, options, kinds)
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return { ...defaults, ...Object.fromEntries(given) }
}

function kindLike(name: string, usual: unknown): OptionKind {
  if (typeof usual === 'boolean') return TRUE_OR_FALSE
  if (typeof usual === 'string') return TEXT
  return numberFrom(0, name.endsWith('Ms') ? LONGEST_TIMER_MS : undefined)
}

const FORMAT = oneOf(['yaml', 'json', 'ini'])

export function checkFormat(call: string, format: unknown): void {
  if (!FORMAT.fits(format)) throw badOption(call, 'format', format, FORMAT.wanted)
}
