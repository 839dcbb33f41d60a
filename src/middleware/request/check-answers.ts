import {
  badOption,
  checkOptions,
  FEATURES,
  FUNCTION,
  isFunction,
  isObject,
  isText,
  objectWith,
  type OptionKind,
  type OptionKinds,
  TIMEOUT_MS,
} from '../../core/options'
import { REQUEST_FACTS, ROLES } from '../../core/world'
import { checkLinkOptions } from './links'
import type { StickyPrefetch } from './sticky-prefetch'

const asked = (questions: object): Record<string, OptionKind> =>
  Object.fromEntries(Object.keys(questions).map((question) => [question, FUNCTION]))

/** The kind of each member: a function for each question of the World, and the other options. */
const ANSWERS: Readonly<Record<string, OptionKind>> = {
  user: FUNCTION,
  ...asked(ROLES),
  ...asked(REQUEST_FACTS),
  domain: { fits: isText, wanted: 'a text, such as "example.com"' },
  attributes: {
    fits: (value) => isFunction(value) || isObject(value),
    wanted: 'functions by name, or one function such as (req) => ({ country: … })',
  },
  sticky: { fits: isObject, wanted: 'an object with a service' },
  cacheHeaders: {
    fits: (value) => typeof value === 'boolean' || (Array.isArray(value) && value.every(isHeader)),
    wanted: "true, false, or a list of the names of headers, such as ['Cookie']",
  },
  links: { fits: isObject, wanted: 'an object with keys, such as { keys: { "qa-1": SECRET } }' },
}

const isHeader = (value: unknown): boolean => isText(value) && /^[\w!#$%&'*+.^`|~-]+$/.test(value)

const SERVICE: OptionKind = objectWith(
  ['getAssignments', 'saveAssignments'],
  'an object with getAssignments and saveAssignments, or a function that makes one for a request',
)

const STICKY: OptionKinds<StickyPrefetch<unknown, unknown>> = {
  service: { ...SERVICE, fits: (value) => isFunction(value) || SERVICE.fits(value) },
  attributes: {
    fits: (value) => Array.isArray(value) && value.every(isText),
    wanted: 'a list of names',
  },
  timeoutMs: TIMEOUT_MS,
  onError: FUNCTION,
}

/**
 * Throws LIVEFLAG_BAD_OPTION, when the middleware is created, for an option with which every
 * request would fail.
 */
export function checkAnswers(call: string, features: unknown, answers: object): void {
  if (!FEATURES.fits(features))
    throw badOption(call, 'the first argument', features, FEATURES.wanted)
  if (!isObject(answers)) throw badOption(call, 'the second argument', answers, 'an object')
  checkOptions<object>(call, answers, ANSWERS)
  const links: unknown = Reflect.get(answers, 'links')
  if (isObject(links)) checkLinkOptions(`${call}: links`, links)
  const sticky: unknown = Reflect.get(answers, 'sticky')
  if (!isObject(sticky)) return
  const service: unknown = Reflect.get(sticky, 'service')
  if (service === undefined) throw badOption(`${call}: sticky`, 'service', service, SERVICE.wanted)
  checkOptions<object>(`${call}: sticky`, sticky, STICKY)
}
