import type { Decision } from '../core/decision'
import type { JsonValue } from '../core/json'
import { checkOptions, NONCE, type OptionKinds } from '../core/options'
import type { Snapshot } from '../live-config/snapshot'
import type { ExposureSeal, SealedExposure } from './exposure-seal'

/** What a browser knows of one feature: the answer, and nothing of how it came about. */
export interface BootstrapFeature {
  readonly enabled: boolean
  readonly variant?: string
  readonly value?: JsonValue
  /** Sealed: what the browser sends back once it has shown the variant. */
  readonly exposure?: string
}

/** The Decisions of one visitor for `liveflag/client`. */
export interface Bootstrap {
  readonly features: Readonly<Record<string, BootstrapFeature>>
}

/** What all bootstraps of one engine share. */
export interface BrowserRules {
  /** Undefined: nobody receives exposures, so none is sealed. */
  readonly seal: () => ExposureSeal | undefined
  /** Receives a name that a page asked for and that browsers may not see. */
  readonly hidden: (name: string, snapshot: Snapshot) => void
}

/** What a bootstrap asks of its request. */
export interface BootstrapRequest {
  readonly snapshot: Snapshot
  decide(name: string): Decision
  pending(decision: Decision): readonly SealedExposure[]
}

/** The Decisions on the features that browsers may see, or on those of them that are named. */
export function bootstrapOf(
  names: readonly string[] | undefined,
  request: BootstrapRequest,
  { seal, hidden }: BrowserRules,
): Bootstrap {
  const { snapshot } = request
  const visible = clientNames(snapshot)
  const features: [string, BootstrapFeature][] = []
  for (const name of new Set(names ?? visible)) {
    if (!visible.has(name)) hidden(name, snapshot)
    else features.push([name, shownOf(request.decide(name), request, seal())])
  }
  return { features: Object.fromEntries(features) }
}

/** The features with `client: true`, found once for each snapshot. */
const found = new WeakMap<Snapshot, ReadonlySet<string>>()

function clientNames(snapshot: Snapshot): ReadonlySet<string> {
  const known = found.get(snapshot)
  if (known) return known
  const names = new Set<string>()
  snapshot.forEach(({ version }, name) => {
    if (version?.feature.metadata['client'] === true) names.add(name)
  })
  found.set(snapshot, names)
  return names
}

function shownOf(
  decision: Decision,
  request: BootstrapRequest,
  seal: ExposureSeal | undefined,
): BootstrapFeature {
  const { enabled, variant, value } = decision
  const exposures = seal ? request.pending(decision) : []
  return {
    enabled,
    ...(variant !== undefined && { variant }),
    ...(value !== undefined && { value }),
    ...(seal && exposures.length > 0 && { exposure: seal.seal(exposures) }),
  }
}

const SCRIPT_OPTIONS: OptionKinds<{ readonly nonce?: string }> = { nonce: NONCE }

/**
 * The script tag by which a page hands a bootstrap to `liveflag/client`. Without a nonce it is a
 * block of JSON, which runs nothing, so that a content security policy does not have to allow it;
 * with one it is a script that sets a global. Either is safe whatever the values are. Place it before
 * the script of the page.
 *
 * @example
 * res.send(`<body>${bootstrapScript(req.features.bootstrap())}<script src="/app.js"></script>`)
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on a nonce that is not base64
 */
export function bootstrapScript(
  bootstrap: Bootstrap,
  options: { readonly nonce?: string } = {},
): string {
  checkOptions('bootstrapScript', options, SCRIPT_OPTIONS)
  const { nonce } = options
  const json = JSON.stringify(bootstrap)
  if (nonce === undefined)
    return `<script type="application/json" id="liveflag">${escaped(json)}</script>`
  // Parsed, not written as an object: there `__proto__` would be no key.
  const text = escaped(JSON.stringify(json))
  return `<script nonce="${nonce}">globalThis.__liveflag=JSON.parse(${text})</script>`
}

/** JSON in which nothing ends a script, begins a comment, or ends a line of JavaScript. */
const escaped = (json: string): string =>
  json.replace(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
