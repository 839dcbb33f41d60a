import type { Preview } from '../../admin/edits/contract'
import type { PopulationChoiceProps } from '../parts/choice'
import { Diff } from '../parts/diff'
import { titleOf } from '../../../sources/source-title'
import { Problems } from '../parts/problems'
import { SourceName } from '../parts/source-name'
import { WhoChanges } from './who-changes'

interface PreviewViewProps {
  readonly preview: Preview
  readonly isBehind?: boolean
  /** To choose whom it counts. */
  readonly counted?: PopulationChoiceProps
}

/** What saving would do: problems first, then who changes, then the diff of the file. */
export const PreviewView = ({ preview, isBehind = false, counted }: PreviewViewProps) => (
  <div class={isBehind ? 'preview is-behind' : 'preview'} aria-busy={isBehind}>
    {preview.problems.length > 0 && (
      <>
        <h3>Problems</h3>
        <Problems problems={preview.problems} />
      </>
    )}
    {!preview.isRefused && preview.impact && (
      <WhoChanges impact={preview.impact} population={preview.population} counted={counted} />
    )}
    <h3>
      <SourceName source={preview.source} />
    </h3>
    <Diff text={preview.diff} label={`What changes in ${titleOf(preview.source)}`} />
  </div>
)
