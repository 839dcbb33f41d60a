import type { DefinitionInForce } from '../core/feature'
import { badOption, isText } from '../core/options'
import type { ExperimentInfo } from '../core/participation'
import type { Selector } from '../core/selector'
import type { World } from '../core/world'
import type { LiveConfig } from '../live-config/live-config'
import { contentHash } from '../sources/bytes'
import { definitionIn, type Described, describe } from './described'
import type { Settled } from './options'
import type { Questions } from './questions'
import { Request } from './request'
import type { RequestOptions } from './request-context'
import { RequestLog } from './request-log'
import { silentRules } from './request-rules'
import { namesIn, type SnapshotInfo } from './snapshot-info'

/**
 * What a live config would be with another text. It is asked like one in force, for as long as it is
 * held; nothing that it is asked is recorded, counted or reported.
 */
export interface Trial {
  /**
   * All problems that there would be, and the names of features. A refused entry is a problem and
   * has its last good version, as after a reload; of a text that is refused as a whole, the problems
   * are only why.
   */
  readonly snapshot: Pick<
    SnapshotInfo,
    'generation' | 'hash' | 'problems' | 'names' | 'heldBack' | 'rejected'
  >
  readonly experiments: ReadonlyMap<string, ExperimentInfo>
  for(world: World): Questions
  now(): number
  revision(name: string): string | undefined
  definition(name: string): DefinitionInForce | undefined
  describe(name: string): Described | undefined
}

/** The engine that a trial is made of. */
interface Tried {
  readonly config: Pick<LiveConfig, 'trial'>
  readonly options: Settled
  /** The selectors that entries may have. */
  readonly known: readonly Selector[]
  readonly forced: RequestOptions | undefined
}

export async function trialOf(
  source: string,
  text: string,
  { config, options, known, forced }: Tried,
): Promise<Trial> {
  if (!isText(text)) throw badOption('trial', 'the text', text, 'a text')
  const tried = await config.trial(source, text, contentHash(text))
  if (tried === undefined)
    throw badOption('trial', 'the source', source, 'the name of a text in snapshot.sources')
  const { snapshot, problems } = tried
  const { generation, hash } = snapshot
  const rules = silentRules(options)
  return {
    snapshot: { generation, hash, problems, ...namesIn(snapshot) },
    experiments: snapshot.experiments,
    for: (world) =>
      new Request(world, snapshot, rules, new RequestLog(rules.recorders, world), forced),
    now: () => options.now(),
    revision: (name) => snapshot.item(name)?.version?.revision,
    definition: (name) => definitionIn(snapshot, name, options),
    describe: (name) => describe(name, snapshot, known, options.compat),
  }
}
