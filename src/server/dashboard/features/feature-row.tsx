import type { FeatureRow, PopulationInfo } from '../../admin/contract'
import { segment } from '../api/client'
import { many, populationWords } from '../parts/figures'
import { ShareBar } from '../parts/share-bar'
import { keeperOf } from '../parts/source-name'
import { Sparkline } from '../parts/sparkline'
import { StateBadge } from '../parts/state-badge'
import { Time } from '../parts/time'

interface RowProps {
  readonly row: FeatureRow
  readonly index: number
  readonly offset: number
  readonly population: PopulationInfo
}

/** One feature in one line of plain words. */
export const Row = ({ row, index, offset, population }: RowProps) => (
  <div
    role="row"
    class="feature-row"
    aria-rowindex={index + 2}
    style={{ transform: `translateY(${offset}px)` }}
  >
    <div role="cell" class="feature-name">
      <a href={`features/${segment(row.name)}`} data-index={index}>
        {row.name}
      </a>
      <span class="muted small one-line" title={row.description ?? undefined}>
        {[row.owner, row.description].filter(Boolean).join(' · ')}
      </span>
    </div>
    <div role="cell" class="feature-words">
      <StateBadge state={row.state} />
      <span class="two-lines" title={row.words}>
        {row.words}
      </span>
    </div>
    <div role="cell" class="feature-share">
      <ShareBar row={row} of={populationWords(population)} />
    </div>
    <div role="cell" class="feature-asked">
      <Asked row={row} />
    </div>
    <div role="cell" class="feature-edit small">
      <LastEdit edit={row.lastEdit} source={row.source} />
    </div>
    <div role="cell" class="feature-signals">
      <Signals row={row} />
    </div>
  </div>
)

const Asked = ({ row: { perMinute, lastAskedAt } }: { readonly row: FeatureRow }) =>
  lastAskedAt === null ? (
    <span class="muted small">not asked yet</span>
  ) : (
    <>
      {perMinute.length > 0 && <Sparkline values={perMinute} />}
      <span class="muted small">
        <Time at={lastAskedAt} />
      </span>
    </>
  )

interface LastEditProps {
  readonly edit: FeatureRow['lastEdit']
  readonly source: string
}

const LastEdit = ({ edit, source }: LastEditProps) =>
  edit === null ? (
    <span class="muted">no edit known</span>
  ) : (
    <>
      <Time at={edit.at} />
      <span class="muted one-line" title={edit.reason ?? undefined}>
        {edit.by ?? `in the ${keeperOf(source)}`}
      </span>
    </>
  )

/** What asks for attention: problems first, then the one next step of a stale feature. */
function Signals({ row }: { readonly row: FeatureRow }) {
  const [signal] = row.stale
  const ramp = row.ramps.find(({ held }) => held !== null)
  return (
    <>
      {row.problems > 0 && (
        <span class={`badge ${row.errors > 0 ? 'bad' : 'warn'}`}>
          {row.errors > 0 ? many(row.errors, 'error') : many(row.problems, 'warning')}
        </span>
      )}
      {ramp && (
        <span class="signal" title={ramp.words}>
          <span class={`badge ${ramp.held === 'failed' ? 'bad' : 'warn'}`}>
            {ramp.held === 'failed' ? 'put back by a gate' : 'held by a gate'}
          </span>
          <span class="muted small one-line">{ramp.words}</span>
        </span>
      )}
      {signal && (
        <span class="signal" title={`${signal.text}. ${signal.nextStep}`}>
          <span class="badge warn">{signal.text}</span>
          <span class="muted small one-line">{signal.nextStep}</span>
        </span>
      )}
    </>
  )
}
