import { removeLeftBehind } from '../../sources/whole-file'
import type { ServerContext } from '../route'
import { StoredMap } from '../stored-map'
import type { SavedWorld } from './contract'
import { EditLog } from './edits/audit-log'
import { Editor } from './edits/editor'
import { EntryHistory } from './entry-history'
import { FeatureRows } from './feature-rows'
import { type Population, simulatedPopulation } from './populations'
import { Reaches } from './reach'
import { SourceTexts } from './source-texts'
import { Timeline } from './timeline'

/** What the routes of the dashboard share. */
export interface Dashboard {
  readonly context: ServerContext
  readonly simulated: Population
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
  const simulated = simulatedPopulation()
  const reaches = new Reaches(features, simulated.visitors)
  const history = new EntryHistory(features, database)
  const timeline = new Timeline(features, database)
  const texts = new SourceTexts(features)
  const edits = new EditLog(database)
  history.ready.catch((error: unknown) =>
    log.error({ problem: String(error) }, 'the history of entries could not be read'),
  )
  for (const path of features.snapshot.files) void removeLeftBehind(path)
  onClose(() => {
    reaches.close()
    history.close()
    timeline.close()
  })
  return {
    context,
    simulated,
    reaches,
    rows: new FeatureRows({ features, reaches, evaluations, history, lastEditOf: () => undefined }),
    texts,
    editor: new Editor(features, texts, edits),
    edits,
    timeline,
    worlds: new StoredMap(database, 'worlds'),
  }
}
