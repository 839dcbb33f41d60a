import type { World } from './world'

/** The selector that a Decision names when a signed link forced it. No key of an entry is spelt so. */
export const BY_LINK = 'signed link'

/** What a signed link says: one variant of one feature, for whom, and until when. */
export interface SignedLink {
  readonly feature: string
  /** The variant; `on` and `off` of a feature without variants. */
  readonly variant: string
  /** The id of the key that signed it. */
  readonly key: string
  /** The name or id of the user whom it is for; undefined: whoever has the link. */
  readonly for?: string
  /** The only host where it counts, without a port; undefined: every host. */
  readonly host?: string
  /** Milliseconds since 1970. */
  readonly until: number
}

/** Why a link forces nothing. */
export type LinkRefusalReason =
  | 'malformed'
  | 'unknown-key'
  | 'tampered'
  | 'expired'
  | 'other-host'
  | 'other-visitor'
  | 'unknown-variant'

/** A link that was refused. What it says is here only when its signature is right. */
export interface LinkRefusal {
  readonly reason: LinkRefusalReason
  readonly link?: SignedLink
}

/** The links of one request. */
export interface RequestLinks {
  /** Signed by a key that is known, for this host, not expired; whom they are for is not checked. */
  readonly links: readonly SignedLink[]
  readonly refused: readonly LinkRefusal[]
  /** Receives each refusal of the request, also those that are found later. */
  readonly onRefused?: ((refusal: LinkRefusal) => unknown) | undefined
}

/** Where the World of a request has its links, beside the questions that selectors ask. */
export const LINKS: unique symbol = Symbol.for('liveflag.links')

/** A World of a middleware that honours links. */
export interface LinkedWorld extends World {
  /** Undefined when the request has no link. */
  readonly [LINKS]?: (now: number) => RequestLinks | undefined
}
