import { messageOf } from '../../core/errors'
import { removeLeftBehind } from '../../sources/whole-file'
import type { ServerContext } from '../route'
import { StoredMap } from '../stored-map'
import type { LastEdit, SavedWorld } from './contract'
import { SerialQueue } from '../../runtime/serial-queue'
import type { EditLog } from './edits/edit-log'
import { Editor } from './edits/editor'
import { FileAudit } from './edits/file-audit'
import { MemoryEditLog } from './edits/memory-edit-log'
import { Proposals } from './edits/proposals'
import { Reviews } from './edits/reviews'
import { SqlEditLog } from './edits/sql-edit-log'
import { EntryHistory } from './entry-history'
import { FeatureRows } from './feature-rows'
import type { FleetEvent } from './fleet/contract'
import { FleetStores } from './fleet/fleet-stores'
import { FleetWatch } from './fleet/fleet-watch'
import { Publishers } from './fleet/publishers'
import { StageJobs } from './fleet/stage-jobs'
import { StagedEdits } from './fleet/staged-edits'
import { GateVerdicts } from './gates/gate-verdicts'
import { GatesJob } from './gates/gates-job'
import { type Population, Populations } from './populations'
import { Reaches } from './reach'
import { SourceTexts } from './source-texts'
import { Timeline } from './timeline'

/** What the routes of the dashboard share. */
export interface Dashboard {
  readonly context: ServerContext
  readonly populations: Populations
  readonly reaches: Reaches
  readonly rows: FeatureRows
  readonly texts: SourceTexts
  readonly editor: Editor
  readonly edits: EditLog
  readonly audit: FileAudit
  /** Undefined without a database: proposals outlive the process. */
  readonly reviews: Reviews | undefined
  readonly timeline: Timeline
  readonly verdicts: GateVerdicts
  /** Undefined where this server judges no gates by itself. */
  readonly job: GatesJob | undefined
  readonly stores: FleetStores
  readonly fleetWatch: FleetWatch
  readonly jobs: StageJobs
  readonly stagedEdits: StagedEdits
  /** Calls back when something of a fleet has changed, while `fleetWatch` is open. */
  readonly onFleet: (listener: (event: FleetEvent) => void) => void
  readonly worlds: StoredMap<Omit<SavedWorld, 'name'>>
}

/** Begins to watch what the pages show; ends with the server. */
export function openDashboard(context: ServerContext): Dashboard {
  const { features, database, evaluations, asked, onClose, log } = context
  const populations = new Populations(context.decider.records)
  const reaches = new Reaches(features, populations.simulated.visitors)
  const history = new EntryHistory(features, database)
  const texts = new SourceTexts(features)
  const editing = openEditing(context, texts, populations.simulated)
  const fleet = openFleet(context, editing.editor)
  const publishers = new Publishers(fleet.stores)
  const timeline = new Timeline({ features, causes: editing.edits, publishers }, database)
  const lastEditOf = (name: string): LastEdit | undefined => editing.edits.lastOf(name)
  const rows = new FeatureRows({ features, reaches, evaluations, asked, history, lastEditOf })
  const judging = openGates(context, { ...editing, rows, texts })
  history.ready.catch((error: unknown) =>
    log.error({ problem: String(error) }, 'the history of entries could not be read'),
  )
  for (const path of features.snapshot.files) void removeLeftBehind(path)
  onClose(() => {
    reaches.close()
    history.close()
    timeline.close()
    editing.audit.close()
    judging.job?.close()
  })
  return {
    context,
    populations,
    reaches,
    rows,
    texts,
    ...editing,
    ...judging,
    ...fleet,
    timeline,
    worlds: new StoredMap(database, 'worlds'),
  }
}

/** The job of gates begins with the server, where there is one. */
function openGates(
  { features, decider, settings, log, now }: ServerContext,
  parts: Pick<Dashboard, 'rows' | 'texts' | 'editor'>,
): Pick<Dashboard, 'verdicts' | 'job'> {
  const verdicts = new GateVerdicts({ features, records: decider.records, now })
  const { gatesInto: into, gatesEveryMs: everyMs } = settings
  if (into === '') return { verdicts, job: undefined }
  const job = new GatesJob({ ...parts, features, verdicts, into, everyMs, log })
  job.start()
  return { verdicts, job }
}

/** What edits need; saves, and looks at the files, are done one after another. */
function openEditing(
  { features, database, log, now }: ServerContext,
  texts: SourceTexts,
  population: Population,
): Pick<Dashboard, 'editor' | 'edits' | 'audit' | 'reviews'> {
  const edits = database ? new SqlEditLog(database) : new MemoryEditLog()
  const proposals = database && new Proposals(database)
  const common = {
    ...{ features, texts, log: edits, proposals },
    queue: new SerialQueue(),
    onError: (error: unknown) =>
      log.error({ problem: messageOf(error) }, 'the log of edits could not be written'),
  }
  const audit = new FileAudit(common)
  const editor = new Editor({ ...common, audit })
  const reviews = proposals && new Reviews({ proposals, editor, audit, population, now })
  return { editor, edits, audit, reviews }
}

/** What a live config in a store needs. */
function openFleet(
  { features, log, onClose }: ServerContext,
  editor: Editor,
): Pick<Dashboard, 'stores' | 'fleetWatch' | 'jobs' | 'stagedEdits' | 'onFleet'> {
  const stores = new FleetStores(features)
  const jobs = new StageJobs(log)
  const listeners: ((event: FleetEvent) => void)[] = []
  const fleetWatch = new FleetWatch(stores, (event) => {
    for (const listener of listeners) listener(event)
  })
  onClose(() => {
    fleetWatch.close()
    return jobs.close()
  })
  return {
    ...{ stores, fleetWatch, jobs },
    stagedEdits: new StagedEdits({ features, editor, jobs }),
    onFleet: (listener) => void listeners.push(listener),
  }
}
