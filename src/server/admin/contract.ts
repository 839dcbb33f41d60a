/**
 * What the routes below `/api/v1` take and return: types alone, shared by the server and by the
 * dashboard's page (`import type`). Bodies are JSON. Times are milliseconds since 1970, shares are
 * from 0 to 1, percentages in texts are written for people. An error is `ApiError` with its status.
 * The types of edits and proposals are in `edits/contract.ts`, those of gates in `gates/contract.ts`,
 * those of a live config in a store in `fleet/contract.ts`.
 */
import type { DataCheck } from '../../analysis/data-checks'
import type { By, ExperimentReport } from '../../analysis/experiment-report'
import type { Plan, PlannedDay } from '../../analysis/planning'
import type { LastingKind } from '../../analysis/stale'
import type { SimulationReport } from '../../analysis/simulation'
import type { Decision } from '../../core/decision'
import type { JsonObject, JsonValue } from '../../core/json'
import type { Problem } from '../../core/problem'
import type { Draw } from '../../core/trace'
import type { Facts } from '../../core/world'
import type { Edit } from '../../live-config/edits'
import type { RampView } from './gates/contract'
import type { HeldBack, HoldoutView } from './holdouts/contract'

/**
 * 400 `bad_request`, 401 `unauthorized`, 403 `forbidden`, `bad_csrf` or `own_proposal`, 404
 * `not_found`, 409 `changed` or `busy` (edits; another server saves the file, try again) or `not_open`
 * (proposals), 413, 429 `too_many_requests` (its `Retry-After` has the seconds), 503 `not_ready`.
 * `message` is a sentence for people.
 */
export interface ApiError {
  readonly error: { readonly code: string; readonly message: string }
}

// Sign-in ------------------------------------------------------------------------------------

/** In rising order: each may do what those before it may. */
export type Role = 'viewer' | 'editor' | 'approver' | 'admin'

export interface User {
  /** The name of the token, `local` on this machine without tokens, or what the proxy says. */
  readonly name: string
  /** In rising order; empty may nothing. */
  readonly roles: readonly Role[]
}

/** The body of `POST /api/v1/session`. 401 `bad_token`; 429 after five wrong ones. */
export interface SignIn {
  readonly token: string
}

/**
 * `GET /api/v1/session`, which also answers callers who are not signed in; `POST` answers the same
 * and sets the cookie; `DELETE` signs out and answers 204.
 */
export interface Session {
  /** Null: the page shows the sign-in. */
  readonly user: User | null
  /**
   * Send it as `X-CSRF-Token` with every `POST`, `PUT` and `DELETE` but the sign-in. Null without a
   * user, and for a caller with a token in a header, who needs none.
   */
  readonly csrf: string | null
  /** Whether there is something to sign out of: false of the local person and of a proxy's user. */
  readonly canSignOut: boolean
  /** What this server can do, so that the page shows no button that leads nowhere. */
  readonly server: ServerAbilities
}

export interface ServerAbilities {
  /** The name of the environment; empty without one. */
  readonly environment: string
  /** Edits become proposals that another person approves. */
  readonly needsApproval: boolean
  /** Worlds, sessions and the timeline survive a restart. */
  readonly hasDatabase: boolean
  /** Some source is a file or in a store, and may be edited here. */
  readonly canEdit: boolean
  /** Some source is in a store: it has generations and processes. */
  readonly hasStore: boolean
}

// Features -----------------------------------------------------------------------------------

/**
 * `on` and `off` are for everybody; `partial` depends on who asks; `experiment` has an experiment
 * that assigns variants; `broken` has an error in its newest text (the last good version, if there
 * is one, answers).
 */
export type FeatureState = 'on' | 'off' | 'partial' | 'experiment' | 'broken'

/** `GET /api/v1/features`; with `ETag`, so that `If-None-Match` is answered by 304. */
export interface FeatureList {
  readonly generation: number
  readonly population: PopulationInfo
  /** True while shares are still being computed: ask again in a second. */
  readonly isComputing: boolean
  /** Sorted by name. */
  readonly features: readonly FeatureRow[]
}

/** Whose shares are shown. */
export interface PopulationInfo {
  /** `simulated`: the same 1,000 visitors always; `recorded`: units that the store has. */
  readonly name: 'simulated' | 'recorded'
  readonly size: number
  /** Of recorded units: a sentence, that there are none, or that their ids alone are known. */
  readonly note?: string
}

export interface FeatureRow {
  readonly name: string
  readonly owner: string | null
  readonly tags: readonly string[]
  readonly description: string | null
  /** As in the entry: `2027-03-01`. */
  readonly expires: string | null
  readonly state: FeatureState
  /** `25 % of signed-in visitors, and visitors with gold, and 2 users`. */
  readonly words: string
  /** The share of the population that has the feature; null while it is being computed. */
  readonly share: number | null
  /** By variant, controls included; empty without an experiment; null while being computed. */
  readonly variants: Readonly<Record<string, number>> | null
  readonly lastEdit: LastEdit | null
  /** By any server of the database, within 400 days; null: not since one counts. */
  readonly lastAskedAt: number | null
  /** Questions in each of the last 30 minutes, the oldest first; empty when there were none. */
  readonly perMinute: readonly number[]
  readonly stale: readonly StaleSignal[]
  /** How far its ramps are now, those that a gate holds or has put back among them. */
  readonly ramps: readonly RampView[]
  /** Errors and warnings. */
  readonly problems: number
  readonly errors: number
  readonly experiment: { readonly id: string; readonly status: string | null } | null
  /** The file, and whether edits of it are possible here. */
  readonly source: string
  readonly canEdit: boolean
}

/** The newest edit known: by this dashboard, or a change of the file that nobody signed. */
export interface LastEdit {
  readonly at: number
  /** Null of a change of the file itself. */
  readonly by: string | null
  readonly reason: string | null
}

/** Why a feature may be ripe for removal, with the one next step that fits. */
export interface StaleSignal {
  readonly kind: LastingKind
  /** `on for everybody for 45 days, since 2026-10-15`. */
  readonly text: string
  /** `Remove the checks of search_v2 from the code, then its entry.` */
  readonly nextStep: string
}

/** `GET /api/v1/features/:name`; 404 when neither the live config nor its history has it. */
export interface FeatureDetail {
  readonly row: FeatureRow
  /** The lines of the entry as they are written, its own comments included. */
  readonly text: string
  /** Where it begins. `hash` is of the whole file, for edits. */
  readonly place: Place
  /** What the entry says as JSON. */
  readonly value: JsonValue
  /** One item for each selector of the entry, in order of precedence. */
  readonly selectors: readonly SelectorInWords[]
  readonly metadata: JsonObject
  readonly problems: readonly ProblemView[]
  /** The names of its variants; empty without an experiment. */
  readonly variants: readonly string[]
  readonly experiments: readonly ExperimentRow[]
  /** Whose people do not get it, whatever else the entry says. */
  readonly holdouts: readonly HeldBack[]
  /** Questions by what was answered: `on`, `off`, or the name of a variant. */
  readonly evaluations: Series
  /** Where the code asks for it; null without a usage report. */
  readonly references: readonly CodeReference[] | null
}

export interface Place {
  readonly source: string
  readonly line: number
  readonly column: number
  readonly hash: string
}

export interface SelectorInWords {
  /** `percent_loggedin` */
  readonly selector: string
  /** `25 % of signed-in visitors` */
  readonly words: string
  readonly line: number
}

export interface CodeReference {
  readonly file: string
  readonly line: number
  readonly text: string
}

/** A problem with the lines around it. */
export interface ProblemView extends Problem {
  /** Empty where the problem has no line. */
  readonly excerpt: readonly ExcerptLine[]
}

export interface ExcerptLine {
  readonly line: number
  readonly text: string
  /** The line that the problem is about. */
  readonly isIt: boolean
}

/** Counts over time, as a chart draws them. */
export interface Series {
  /** When each step begins. */
  readonly starts: readonly number[]
  readonly stepMs: number
  /** By name; each list is as long as `starts`. */
  readonly counts: Readonly<Record<string, readonly number[]>>
}

/**
 * `GET /api/v1/features/:name/evaluations?step=hour|day` answers a `Series` of the last 48 hours or 45
 * days (of universal time): the questions to every server of the database, as `asked`. Empty without
 * a database.
 */
export type AskedStep = 'hour' | 'day'

// Who gets it --------------------------------------------------------------------------------

/** The body of `POST /api/v1/features/:name/explain`; 400 `bad_world` says which member. */
export interface ExplainRequest {
  readonly world: Facts
  /** An entry that is not saved yet, as YAML or JSON; left out: what is in force. */
  readonly text?: string
}

export interface ExplainAnswer {
  readonly decision: Decision
  /** In order of precedence. */
  readonly steps: readonly ExplainedLine[]
  /** The line of what decided; null when nothing claimed the visitor. */
  readonly decidedAt: number | null
  readonly source: string | null
  /** `gary has it: users lists them.` */
  readonly words: string
}

/** One selector as the walk met it. */
export interface ExplainedLine {
  readonly selector: string
  readonly path: string
  readonly line: number
  /** The text of that line, trimmed. */
  readonly text: string
  readonly outcome:
    'claimed' | 'passed on' | 'ended its stage' | 'named the variant' | 'not reached'
  readonly asked: readonly { readonly question: string; readonly answer: JsonValue }[]
  readonly draw: Draw | null
  readonly steps: readonly ExplainedLine[]
}

/** `GET /api/v1/worlds`; `PUT /api/v1/worlds/:name` takes `{ world }`; `DELETE` answers 204. */
export interface SavedWorlds {
  /** Sorted by name. */
  readonly worlds: readonly SavedWorld[]
}

/** `GET` and `PUT /api/v1/worlds/:name`. Saved for everybody who may sign in. */
export interface SavedWorld {
  readonly name: string
  readonly world: Facts
  readonly savedBy: string
  readonly at: number
}

/**
 * `GET /api/v1/features/:name/shares?population=simulated|recorded`; 404 `nothing_recorded` when the
 * store has no units, and says why; 503 `not_ready` when it is away.
 */
export interface Shares {
  readonly population: PopulationInfo
  readonly report: SimulationReport
}

// Experiments --------------------------------------------------------------------------------

/** `GET /api/v1/experiments`, sorted by id. A holdout is one, by the id `holdout:NAME`. */
export interface ExperimentList {
  readonly experiments: readonly ExperimentRow[]
}

export interface ExperimentRow {
  readonly id: string
  readonly feature: string
  readonly status: string | null
  /** The share that is expected; null where the live config does not say. */
  readonly variants: readonly { readonly variant: string; readonly share: number | null }[]
  /** Units exposed or subjects assigned so far; null when it cannot be said. */
  readonly units: number | null
  /** Null of an experiment. */
  readonly holdout: HoldoutView | null
}

/**
 * `GET /api/v1/experiments/:id?by=unit|decision&conversion=&control=&since=&until=&window=&stitch=true&segment=`,
 * as `liveflag experiment` takes them: `since=14d`, `window=7d`. `again=true`: shown to somebody who
 * has seen it today, so that it is no further look. `/report.csv` and `/report.svg` below
 * it take the same. The metrics are those of the live config in force.
 */
export interface ExperimentView {
  readonly report: ExperimentReport
  /** False: something says that the figures mislead; `warnings` says what. */
  readonly isSound: boolean
  /** What can be wrong with the data, the gravest first; while one is red no verdict is given. */
  readonly checks: readonly DataCheck[]
  /** Sentences, the gravest first. */
  readonly warnings: readonly string[]
  /** Which variant is farthest from its share, and in which phase; null unless the split is a mismatch. */
  readonly mismatch: string | null
  /** First exposures by variant. */
  readonly exposures: Series
  readonly by: By
  /** Names of metrics, and of conversions that no metric counts, which can be asked for. */
  readonly conversions: readonly string[]
  /** Null of an experiment. */
  readonly holdout: HoldoutView | null
  /** The feature whose ramp with gates is its traffic; null without one. */
  readonly gatedFeature: string | null
}

/**
 * `GET /api/v1/experiments/:id/plan`, as `liveflag plan` takes it: `rate=10%`, or `mean` and `variance`,
 * or `conversion` with the name of a metric or of conversions that were recorded; `effect=5%`, `units`,
 * `per_day`, `shares=50,25,25`, `power=80%`, `like` with the id of an experiment whose records are
 * read. `value=true`: the conversion's value and not its rate.
 */
export interface PlanView {
  /** Null until the question says a metric. */
  readonly plan: Plan | null
  /** Asked for, else as it was recorded; null if nothing was. */
  readonly unitsPerDay: number | null
  /** Whether it was recorded, and not asked for. */
  readonly isObserved: boolean
  /** The smallest effects that are found by the day; empty without a metric or units of a day. */
  readonly curve: readonly PlannedDay[]
  /** Names of the variants, the controls first, as the shares are. */
  readonly variants: readonly string[]
  /** Metrics of the live config, and conversions that were recorded. */
  readonly conversions: readonly string[]
  /** Experiments with records, for `like`. */
  readonly recorded: readonly string[]
  /** Why there is no plan, or less than was asked for; null if nothing is missing. */
  readonly note: string | null
}

// The live config ----------------------------------------------------------------------------

/** `GET /api/v1/config`. `GET /api/v1/schema` is the JSON schema of a live config. */
export interface ConfigFiles {
  readonly files: readonly ConfigFile[]
}

export interface ConfigFile {
  /** Its source's name: a path, or a URL. */
  readonly source: string
  /** The same in words: `Redis live at cache.internal:6379`; of a file, its path. */
  readonly title: string
  readonly format: 'yaml' | 'json' | 'ini'
  readonly text: string
  /** SHA-256 of the bytes, hex: edits say which text they change. */
  readonly hash: string
  readonly canEdit: boolean
  /** Why not; null when it can be edited. */
  readonly whyNot: string | null
}

// Now ----------------------------------------------------------------------------------------

/** `GET /api/v1/now`, and the data of the events `status` of `GET /api/v1/stream`. */
export interface Now {
  readonly status: 'NOT_READY' | 'READY' | 'STALE' | 'CLOSED'
  /** Since when what is in force may be out of date; null while it is current. */
  readonly staleSince: number | null
  readonly generation: number
  readonly hash: string
  readonly loadedAt: number
  readonly ageMs: number | null
  /** The clock of the server. */
  readonly at: number
  readonly features: number
  readonly sources: readonly SourceView[]
  /** Errors first. */
  readonly problems: readonly ProblemView[]
  readonly heldBack: readonly string[]
  readonly rejected: readonly string[]
  /** The last 100, the newest first. */
  readonly timeline: readonly TimelineEvent[]
}

export interface SourceView {
  readonly name: string
  /** In words, as of `ConfigFile`. */
  readonly title: string
  readonly status: 'NOT_READY' | 'READY' | 'STALE'
  readonly since: number
  readonly ageMs: number | null
  readonly generation: number
  readonly problems: number
}

/** Something that happened to the live config. */
export type TimelineEvent = TimelineChange | TimelineState

export interface TimelineChange {
  readonly kind: 'change'
  readonly at: number
  readonly generation: number
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
  /** `search_v2: percent_loggedin from 25 to 50`; at most 20. */
  readonly edits: readonly Edit[]
  /** Who saved it here, or published it to the store; null of a change of the file itself. */
  readonly by: string | null
  readonly reason: string | null
}

export interface TimelineState {
  readonly kind: 'stale' | 'ready' | 'problem' | 'solved'
  readonly at: number
  readonly text: string
  readonly feature: string | null
}

/**
 * `GET /api/v1/stream`, server-sent events: `change` with a TimelineChange, `problem` and `solved`
 * with a ProblemView, `status` with `Pick<Now, 'status' | 'generation' | 'staleSince'>`, `fleet` with a
 * `FleetEvent` (`fleet/contract.ts`). The first is a `status`. After a reconnection ask `/now` again.
 */
export type StreamEvent = 'status' | 'change' | 'problem' | 'solved' | 'fleet'
