import type { Asker } from '../core/asker'
import { type Claim, claimOf } from '../core/decision'
import { guarded } from '../core/guarded'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import {
  BY_LINK,
  type LinkedWorld,
  type LinkRefusal,
  LINKS,
  type RequestLinks,
  type SignedLink,
} from '../core/link'
import { isEnabledVariant } from '../experiments/variants'
import type { Snapshot } from '../live-config/snapshot'
import type { Reporter } from './reporter'

/**
 * What the signed links of one request force. Whom a link is for is checked when its feature is
 * asked for, so the application is not asked for its user any earlier than without links.
 */
export class LinkForcing {
  private readonly reported = new Set<SignedLink>()

  constructor(
    private readonly request: RequestLinks,
    private readonly snapshot: Snapshot,
    private readonly report: (refusal: LinkRefusal) => void,
  ) {
    for (const refusal of request.refused) this.refuse(refusal)
  }

  /** The claim that a link makes for the visitor; undefined: the entry decides. */
  claimFor(feature: string, asker: Asker): Claim | undefined {
    const link = this.linkFor(feature, asker)
    return link && this.variantOf(link)
  }

  /** The link that forces a feature for the visitor. */
  linkFor(feature: string, asker: Asker): SignedLink | undefined {
    return this.request.links.find((link) => link.feature === feature && this.counts(link, asker))
  }

  /** The links that force anything for the visitor. */
  inForce(asker: Asker): readonly SignedLink[] {
    const features = new Set(this.request.links.map(({ feature }) => feature))
    return [...features].flatMap((feature) => this.linkFor(feature, asker) ?? [])
  }

  private counts(link: SignedLink, asker: Asker): boolean {
    if (!isFor(link, asker)) return this.refuse({ reason: 'other-visitor', link })
    return this.variantOf(link) !== undefined || this.refuse({ reason: 'unknown-variant', link })
  }

  /** Once a request and link. Returns false. */
  private refuse(refusal: LinkRefusal): false {
    const { link } = refusal
    if (link !== undefined) {
      if (this.reported.has(link)) return false
      this.reported.add(link)
    }
    this.report(refusal)
    return false
  }

  private variantOf({ feature, variant }: SignedLink): Claim | undefined {
    const version = this.snapshot.item(feature)?.version
    const value = version?.definition?.value
    return value === undefined ? undefined : claimOfVariant(value, variant)
  }
}

/** A World may be anything, and a request with it never throws. */
function readerIn(world: LinkedWorld, reporter: Reporter): LinkedWorld[typeof LINKS] {
  try {
    return world[LINKS]
  } catch (error) {
    reporter.threw('world-threw', 'the reading of links', error)
    return undefined
  }
}

/** What the links of a World force; undefined of a World without any, as most are. */
export function linksOf(
  world: LinkedWorld,
  snapshot: Snapshot,
  reporter: Reporter,
  now: () => number,
): LinkForcing | undefined {
  const read = readerIn(world, reporter)
  if (read === undefined) return undefined
  const links = guarded(
    () => read(now()),
    (error) => reporter.threw('world-threw', 'the reading of links', error),
  )
  const { onRefused } = links ?? {}
  return (
    links &&
    new LinkForcing(links, snapshot, (refusal) => {
      reporter.linkRefused(refusal)
      guarded(
        () => onRefused?.(refusal),
        (error) => reporter.threw('listener-threw', 'links.onRefused', error),
      )
    })
  )
}

/** Names are compared without regard to case, as `users` does. */
function isFor({ for: whom }: SignedLink, asker: Asker): boolean {
  if (whom === undefined) return true
  return asker.userId() === whom || asker.userName() === whom.toLowerCase()
}

/** What a variant of an entry is; undefined when the entry has none of that name. */
function claimOfVariant(entry: JsonValue, variant: string): Claim | undefined {
  if (isJsonObject(entry)) {
    const found = ofExperiment(entry, variant) ?? ofRules(entry, variant)
    if (found) return forced(found.enabled, found.value, variant)
  }
  if (variant !== 'on' && variant !== 'off') return undefined
  const usual = isJsonObject(entry) ? (own(entry, 'default') ?? own(entry, 'defaultValue')) : false
  const hasOtherValues = usual !== undefined && usual !== null && typeof usual !== 'boolean'
  return hasOtherValues ? undefined : forced(variant === 'on', undefined, undefined)
}

const forced = (
  enabled: boolean,
  value: JsonValue | undefined,
  variant: string | undefined,
): Claim => claimOf({ enabled, value, variant, reason: 'STATIC', selector: BY_LINK, forced: true })

interface Found {
  readonly enabled: boolean
  readonly value?: JsonValue | undefined
}

/** Of r2's mapping of shares, or of a list of variants with values. */
function ofExperiment(entry: JsonObject, variant: string): Found | undefined {
  const experiment = own(entry, 'experiment')
  const variants = isJsonObject(experiment) ? own(experiment, 'variants') : undefined
  if (isJsonObject(variants)) {
    const isControl = !isEnabledVariant(variant)
    return isControl || Object.hasOwn(variants, variant) ? { enabled: !isControl } : undefined
  }
  if (!isJsonList(variants)) return undefined
  const one = variants.find((item) => isJsonObject(item) && own(item, 'name') === variant)
  if (!isJsonObject(one)) return undefined
  const value = own(one, 'value')
  const isOn = variant !== 'control' && isEnabledVariant(variant)
  return { value, enabled: value === undefined ? isOn : Boolean(value) }
}

/** The first rule whose `variations` have one of that key; without keys it is their index. */
function ofRules(entry: JsonObject, variant: string): Found | undefined {
  const rules = own(entry, 'rules')
  for (const rule of isJsonList(rules) ? rules : []) {
    if (!isJsonObject(rule)) continue
    const [variations, meta] = [own(rule, 'variations'), own(rule, 'meta')]
    const names = isJsonList(meta) ? meta : []
    for (const [i, value] of (isJsonList(variations) ? variations : []).entries()) {
      const name = names[i]
      const key = (isJsonObject(name) && own(name, 'key')) || String(i)
      if (key === variant) return { value, enabled: Boolean(value) }
    }
  }
  return undefined
}
