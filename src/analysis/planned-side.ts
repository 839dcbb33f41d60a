import { leavesOfTargeting, lazyPatterns, lazyTargeting } from '../conditions/lazy'
import { prepareSavedGroups } from '../conditions/saved-groups'
import { Asker } from '../core/asker'
import { type Claim, decisionOf } from '../core/decision'
import type { PatternCompiler, SharedDefinitions, TargetingCompiler } from '../core/definitions'
import { type DefinitionInForce, Installed } from '../core/feature'
import { own } from '../core/json'
import type { Life } from '../core/selector'
import type { World } from '../core/world'
import { Allocation } from '../experiments/allocation'
import { compileEntry } from '../live-config/compile-entry'
import { Evaluation } from '../rules/evaluation'
import { OTHER } from './attribute-values'
import type { Closure } from './closure'
import type { EntryVersion } from './entry-questions'
import type { PlannedDraws } from './impact-draws'

/** Compilers of patterns and of CEL; each environment of CEL takes a millisecond to make. */
export interface Compilers {
  readonly patterns: PatternCompiler
  readonly targeting: TargetingCompiler
}

export const newCompilers = (): Compilers => ({
  patterns: lazyPatterns(),
  targeting: lazyTargeting(),
})

/** Entries of one live config that answers depend on, drawn by plan. */
export class PlannedSide {
  readonly versions: readonly EntryVersion[]
  private readonly forcesByUrl: boolean
  readonly patterns: PatternCompiler
  readonly targeting: TargetingCompiler
  /** An entry that cannot be read. */
  readonly isBroken: boolean
  private readonly installed = new Map<string, Installed>()
  private readonly lives: Life[] = []

  constructor(definitions: Closure, draws: PlannedDraws, compilers: Compilers) {
    this.patterns = plannedPatterns(draws, compilers.patterns)
    this.targeting = plannedTargeting(draws, compilers.targeting)
    this.versions = [...definitions].map(versionOf)
    this.forcesByUrl = [...definitions.values()].some((one) => one?.forcesByUrl === true)
    let index = 0
    for (const [name, definition] of definitions) {
      const feature = compileEntry(name, definition?.value ?? 'off', {
        compat: definition?.compat ?? 'liveflag',
        loggedOutExperiments: definition?.loggedOutExperiments ?? true,
        isPayload: definition?.isPayload ?? false,
        bucketing: draws,
        ...(definition && { definitions: this.shared(definition, draws) }),
      })
      if (feature === undefined) continue
      this.installed.set(name, new Installed(feature, 0, index++, false))
      if (feature.life) this.lives.push(feature.life)
    }
    this.isBroken = this.installed.size < definitions.size
  }

  /** The claims of these features, of which all that they depend on is here, in their order. */
  ask(names: readonly string[], world: World, now: number): readonly Claim[] {
    const asker = new Asker(world, { forceByUrl: this.forcesByUrl })
    const allocation = new Allocation(this.lives, asker, now)
    const evaluation = new Evaluation(
      asker,
      { generation: 0, find: (name) => this.installed.get(name) },
      {
        participation: {
          now: () => now,
          refuses: (contender) =>
            allocation.ownsDomains(contender) ? undefined : 'domain_conflict',
        },
        missing: (name) => decisionOf(name, MISSING, 0),
      },
    )
    return names.map((name) => evaluation.replyOf(name).claim)
  }

  private shared({ groups, bandits }: DefinitionInForce, draws: PlannedDraws): SharedDefinitions {
    const { patterns, targeting } = this
    return {
      groups: prepareSavedGroups(groups, patterns),
      bandit: (id) => own(bandits, id),
      hasher: draws.hasher,
      patterns,
      targeting,
    }
  }
}

const MISSING = {
  enabled: false,
  reason: 'ERROR',
  error: { code: 'FLAG_NOT_FOUND', message: 'there is no such feature' },
} as const satisfies Claim

const versionOf = ([feature, definition]: [
  string,
  DefinitionInForce | undefined,
]): EntryVersion => ({
  feature,
  value: definition?.value ?? 'off',
  isPayload: definition?.isPayload ?? false,
  groups: definition?.groups ?? {},
  bandits: definition?.bandits ?? {},
})

/** Of a text that no entry names, nobody knows whether it matches. */
function plannedPatterns(draws: PlannedDraws, compile: PatternCompiler): PatternCompiler {
  return (source, ignoreCase) => {
    const matches = compile(source, ignoreCase)
    return typeof matches === 'string'
      ? matches
      : (text) =>
          text.startsWith(OTHER)
            ? draws.assume(
                `${text.slice(OTHER.length)} matches ${source}${ignoreCase ? ', ignoring case' : ''}`,
              )
            : matches(text)
  }
}

/** Where an expression is more than comparisons, nobody knows whom it holds for. */
function plannedTargeting(draws: PlannedDraws, compile: TargetingCompiler): TargetingCompiler {
  return (text) => {
    const expression = compile(text)
    return typeof expression === 'string' || leavesOfTargeting(text)
      ? expression
      : () => draws.assume(`for whom ${text}`)
  }
}
