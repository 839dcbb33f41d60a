import { LiveflagError } from '../../core/errors'
import { badOption } from '../../core/options'
import { isTimeout } from '../../sticky/load'
import type { StickyPrefetch } from './sticky-prefetch'
import type { Answers } from './world'

/** What an option may be, and how that is said. */
type Kind = readonly [fits: (value: unknown) => boolean, wanted: string]
/** One for each option, so that none can be forgotten here. */
type Kinds<Name extends string> = Readonly<Record<Name, Kind>>

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
const isFunction = (value: unknown): boolean => typeof value === 'function'
const isText = (value: unknown): boolean => typeof value === 'string'
const has = (value: object, method: string): boolean => isFunction(Reflect.get(value, method))

const FUNCTION: Kind = [isFunction, 'a function']

const ANSWERS: Kinds<keyof Answers<unknown> | 'sticky'> = {
  user: FUNCTION,
  isAdmin: FUNCTION,
  isEmployee: FUNCTION,
  hasGold: FUNCTION,
  hasBeta: FUNCTION,
  subreddit: FUNCTION,
  domain: [isText, 'a text, such as "example.com"'],
  subdomain: FUNCTION,
  oauthClient: FUNCTION,
  loid: FUNCTION,
  urlFeatures: FUNCTION,
  page: FUNCTION,
  attributes: [
    (value) => isFunction(value) || isObject(value),
    'functions by name, or one function for all names',
  ],
  sticky: [isObject, 'an object with a service'],
}

const isService = (value: unknown): boolean =>
  isObject(value) && has(value, 'getAssignments') && has(value, 'saveAssignments')

const STICKY: Kinds<keyof StickyPrefetch<unknown, unknown>> = {
  service: [
    (value) => isFunction(value) || isService(value),
    'an object with getAssignments and saveAssignments, or a function that makes one for a request',
  ],
  attributes: [(value) => Array.isArray(value) && value.every(isText), 'a list of names'],
  timeoutMs: [isTimeout, 'milliseconds from 1 to 2147483647'],
  onError: FUNCTION,
}

/** Whatever can be told before the first request is told then. Throws LIVEFLAG_BAD_OPTION. */
export function checkAnswers(call: string, answers: object): void {
  if (!isObject(answers)) throw badOption(call, 'the second argument', answers, 'an object')
  check(call, answers, ANSWERS)
  const sticky: unknown = Reflect.get(answers, 'sticky')
  if (!isObject(sticky)) return
  const { service }: { readonly service?: unknown } = sticky
  if (service === undefined)
    throw badOption(`${call}: sticky`, 'service', service, STICKY.service[1])
  check(`${call}: sticky`, sticky, STICKY)
}

function check(call: string, options: object, kinds: Kinds<string>): void {
  const known = Object.entries<Kind>(kinds)
  for (const [name, value] of Object.entries(options)) {
    const [, kind] = known.find(([other]) => other === name) ?? []
    if (kind === undefined)
      throw new LiveflagError(
        'LIVEFLAG_BAD_OPTION',
        `${call}: there is no option ${name}; there are ${known.map(([other]) => other).join(', ')}`,
      )
    const [fits, wanted] = kind
    if (value !== undefined && !fits(value)) throw badOption(call, name, value, wanted)
  }
}
