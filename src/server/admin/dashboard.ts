import { simulatedVisitors } from '../../analysis/simulated-visitors'
import type { Facts } from '../../core/world'
import type { ServerContext } from '../route'
import { StoredMap } from '../stored-map'
import type { PopulationInfo, SavedWorld } from './contract'
import { EditLog } from './edits/audit-log'
import { Editor } from './edits/editor'
import { EntryHistory } from './entry-history'
import { FeatureRows } from './feature-rows'
import { Reaches } from './reach'
import { SourceTexts } from './source-texts'
import { Timeline } from './timeline'

/** Visitors whose shares are shown. */
const POPULATION = 1000

/** What the routes of the dashboard share. */
export interface Dashboard {
  readonly context: ServerContext
  readonly population: readonly Facts[]
  readonly populationInfo: PopulationInfo
  readonly reaches: Reaches
  readonly rows: FeatureRows
  readonly texts: SourceTexts
  readonly editor: Editor
  readonly edits: EditLog
  readonly timeline: Timeline
  readonly worlds: StoredMap<Omit<SavedWorld, 'name'>>
}

/** Begins to watch what the pages show; ends with the server. */
export function openDashboard(context: ServerContext): Dashboard {
  const { features, database, evaluations, onClose, log } = context
  const population = simulatedVisitors(POPULATION)
  const reaches = new Reaches(features, population)
  const history = new EntryHistory(features, database)
  const timeline = new Timeline(features, database)
  const texts = new SourceTexts(features)
  const edits = new EditLog(database)
  history.ready.catch((error: unknown) =>
    log.error({ problem: String(error) }, 'the history of entries could not be read'),
  )
  onClose(() => {
    reaches.close()
    history.close()
    timeline.close()
  })
  return {
    context,
    population,
    populationInfo: { name: 'simulated', size: POPULATION },
    reaches,
    rows: new FeatureRows({ features, reaches, evaluations, history, lastEditOf: () => undefined }),
    texts,
    editor: new Editor(features, texts, edits),
    edits,
    timeline,
    worlds: new StoredMap(database, 'worlds'),
  }
}
