import {
  badOption,
  checkOptions,
  isObject,
  isText,
  numberFrom,
  type OptionKinds,
  TEXT,
  TRUE_OR_FALSE,
  wholeNumberFrom,
} from '../../core/options'
import type { ContextMapping } from '../../engine/evaluation-context'
import type { OfrepMetadata } from './item'

/** Options of the OFREP protocol. Every member may be missing. */
export interface OfrepOptions {
  /** `flagSetId` of the metadata. Default `liveflag`. */
  readonly flagSetId?: string
  /** Further metadata of the flag set: texts, numbers and booleans. */
  readonly metadata?: OfrepMetadata
  /** Which members of a context answer liveflag's own questions: `{ admin: 'is_staff' }`. */
  readonly mapping?: ContextMapping
  /** Members that every context has, whatever the caller says: a browser must not claim to be staff. */
  readonly context?: Readonly<Record<string, unknown>>
  /** Members that are read from headers and win over all others: `{ country: 'x-country' }`. */
  readonly contextFromHeaders?: Readonly<Record<string, string>>
  /** Whether bulk answers announce a stream of changes. Default true. */
  readonly streams?: boolean
  /** `https://flags.example.com`, when clients reach the streams at another origin than their base. */
  readonly streamOrigin?: string
  /** Changes are announced over this time, so that clients do not all come back at once. Default 0. */
  readonly spreadMs?: number
  /** Seconds after which a client in the background closes its stream. Default: the client's own. */
  readonly inactivityDelaySec?: number
}

const CALL = 'ofrep'

const MAPPING = { fits: isObject, wanted: 'an object of names' }
const KINDS: OptionKinds<OfrepOptions> = {
  flagSetId: TEXT,
  metadata: {
    fits: (value) =>
      isObject(value) &&
      Object.values(value).every((one) => ['string', 'number', 'boolean'].includes(typeof one)),
    wanted: 'an object of texts, numbers and booleans',
  },
  mapping: MAPPING,
  context: MAPPING,
  contextFromHeaders: {
    fits: (value) => isObject(value) && Object.values(value).every(isText),
    wanted: 'an object of names of headers, such as { country: "x-country" }',
  },
  streams: TRUE_OR_FALSE,
  streamOrigin: TEXT,
  spreadMs: numberFrom(0, 3_600_000, 'milliseconds from 0 to 3600000'),
  inactivityDelaySec: wholeNumberFrom(1),
}

/** Throws LIVEFLAG_BAD_OPTION. */
export function checkOfrepOptions(options: OfrepOptions): void {
  if (!isObject(options)) throw badOption(CALL, 'options', options, 'an object')
  checkOptions(CALL, options, KINDS)
}
