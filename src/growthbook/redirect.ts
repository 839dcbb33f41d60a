import { mergeQueryStrings, parseUrl } from '../conditions/url'
import { storeStickyAssignments } from '../core/answers'
import { nameOf } from '../core/coercion'
import { isJsonList, isJsonObject, type JsonObject, own } from '../core/json'
import { ANYTHING, checkOptions, type OptionKinds } from '../core/options'
import type { StickyDocuments } from '../core/sticky'
import type { ExperimentResult, RuleDetail } from '../core/trail'
import { compileExperiment } from '../rules/experiment'
import { runInline } from '../rules/inline'
import { compilePlace } from '../rules/taking'
import type { Payload } from '../rules/targeting'
import type { GrowthBookContext } from './context'
import { evaluationOf, follow, type PayloadEvaluation } from './evaluation'

/** What the application allows auto experiments to do, and which it starts itself. */
export interface RedirectOptions {
  /** Keys of experiments marked `manual` that are to run now. */
  readonly triggered?: readonly string[]
  readonly blockedChangeIds?: readonly string[]
  /** False: experiments that change pages do not run. */
  readonly visual?: boolean
  /** False: experiments that redirect do not run. */
  readonly redirects?: boolean
  /** False: experiments that lead to another protocol or host do not run. */
  readonly crossOrigin?: boolean
  /**
   * Sticky documents that are loaded already, for the attributes that `stickyAttributesOf` returns
   * for these experiments.
   */
  readonly sticky?: StickyDocuments
}

const OPTIONS: OptionKinds<RedirectOptions> = {
  triggered: ANYTHING,
  blockedChangeIds: ANYTHING,
  visual: ANYTHING,
  redirects: ANYTHING,
  crossOrigin: ANYTHING,
  sticky: ANYTHING,
}

/**
 * Where to send a visitor, and the experiments that assigned them, prerequisites' included: an
 * exposure is pending for each.
 */
export interface Redirect {
  /** Missing: the visitor stays. */
  readonly url?: string
  readonly views: readonly RuleDetail[]
}

/**
 * Runs the auto experiments of a payload for one request (docs/spec/growthbook.md, section 12), in
 * their order, up to the first redirect experiment that takes the visitor, whether or not their
 * variation redirects. Calls no callback.
 *
 * @example
 * const { url } = redirectFor({ experiments, attributes: { id }, url: req.url })
 * if (url !== undefined) return res.redirect(url)
 */
export function redirectFor(context: GrowthBookContext, options: RedirectOptions = {}): Redirect {
  checkOptions('redirectFor', options, OPTIONS)
  const evaluation = evaluationOf(context, options.sticky)
  const { experiments, url: current = '' } = context
  const seen = new Set<RuleDetail>()
  for (const experiment of (Array.isArray(experiments) ? experiments : []).filter(isJsonObject)) {
    const kind = kindOf(experiment)
    if (isHeldBack(experiment, kind, current, options)) continue
    const result = run(experiment, evaluation, seen)
    if (!result.inExperiment || kind !== 'redirect') continue
    const url = destination(experiment, result.value, current, evaluation.payload)
    return { ...(url === undefined ? {} : { url }), views: [...seen] }
  }
  return { views: [...seen] }
}

type Kind = 'redirect' | 'visual' | undefined

function kindOf(experiment: JsonObject): Kind {
  const variations = variationsOf(experiment)
  if (
    own(experiment, 'urlPatterns') &&
    variations.some((variation) => Object.hasOwn(variation, 'urlRedirect'))
  )
    return 'redirect'
  const changes = (variation: JsonObject): boolean =>
    Boolean(own(variation, 'domMutations')) ||
    Object.hasOwn(variation, 'js') ||
    Object.hasOwn(variation, 'css')
  return variations.some(changes) ? 'visual' : undefined
}

function variationsOf(experiment: JsonObject): readonly JsonObject[] {
  const variations = own(experiment, 'variations')
  return isJsonList(variations) ? variations.filter(isJsonObject) : []
}

function isHeldBack(
  experiment: JsonObject,
  kind: Kind,
  current: string,
  options: RedirectOptions,
): boolean {
  const {
    triggered = [],
    blockedChangeIds = [],
    visual = true,
    redirects = true,
    crossOrigin = true,
  } = options
  if (own(experiment, 'manual') && !triggered.includes(nameOf(own(experiment, 'key')))) return true
  const change = own(experiment, 'changeId')
  if (typeof change === 'string' && blockedChangeIds.includes(change)) return true
  if (kind === 'redirect') return !redirects || !leadsOn(experiment, current, crossOrigin)
  return kind === undefined || !visual
}

/**
 * Whether the current URL and every destination are absolute URLs, and of one origin where that is
 * asked for.
 */
function leadsOn(experiment: JsonObject, current: string, crossOrigin: boolean): boolean {
  const from = parseUrl(current)
  return (
    from !== undefined &&
    variationsOf(experiment).every((variation) => {
      const target = own(variation, 'urlRedirect')
      if (!target) return true
      const to = parseUrl(nameOf(target))
      return (
        to !== undefined &&
        (crossOrigin || (to.protocol === from.protocol && to.host === from.host))
      )
    })
  )
}

function run(
  experiment: JsonObject,
  { evaluation: { asker, sticky }, payload }: PayloadEvaluation,
  seen: Set<RuleDetail>,
): ExperimentResult {
  const { answer, result } = runInline(compileExperiment(experiment, payload), asker)
  follow(
    answer,
    (rule) => seen.add(rule),
    () => undefined,
  )
  storeStickyAssignments(answer, sticky)
  return result
}

/** Never a page that the experiment runs on: that would redirect for ever. */
function destination(
  experiment: JsonObject,
  value: unknown,
  current: string,
  payload: Payload,
): string | undefined {
  const target = nameOf(
    typeof value === 'object' && value !== null && 'urlRedirect' in value
      ? value.urlRedirect
      : undefined,
  )
  if (target === '') return undefined
  const url = own(experiment, 'persistQueryString') ? mergeQueryStrings(current, target) : target
  return compilePlace(experiment, payload)(url) ? undefined : url
}
