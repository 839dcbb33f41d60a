import { useMemo, useState } from 'preact/hooks'
import type { FeatureList } from '../../admin/contract'
import { segment } from '../api/client'
import { useQuery } from '../api/use-query'
import { OffButton } from '../feature/off-button'
import { FeatureIndex, NO_FILTERS } from '../features/search'
import { Card } from '../parts/card'
import { StateBadge } from '../parts/state-badge'
import { mayEdit, useSession } from '../shell/session'

const SHOWN = 6

/** The switch for the night: find the feature, switch it off. */
export function OffPanel() {
  const { data } = useQuery<FeatureList>('features')
  const [text, setText] = useState('')
  const session = useSession()
  const index = useMemo(() => new FeatureIndex(data?.features ?? []), [data])
  const found = useMemo(() => {
    const rows = index.find({ ...NO_FILTERS, text })
    return text === '' ? [...rows].sort(byUse) : rows
  }, [index, text])
  return (
    <Card title="Switch off">
      <label>
        <span class="hidden-label">Which feature</span>
        <input
          class="field"
          type="search"
          placeholder="Which feature?"
          autocomplete="off"
          spellcheck={false}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <ul class="off-list">
        {found.slice(0, SHOWN).map(({ name, state, words, canEdit }) => (
          <li key={name}>
            <div class="off-words">
              <a href={`features/${segment(name)}`}>{name}</a> <StateBadge state={state} />
              <span class="muted small one-line">{words}</span>
            </div>
            {mayEdit(session) && canEdit && <OffButton feature={name} isOff={state === 'off'} />}
          </li>
        ))}
      </ul>
      {found.length === 0 && <p class="muted">No feature matches.</p>}
      {found.length > SHOWN && <p class="muted small">and {found.length - SHOWN} more</p>}
      {!mayEdit(session) && <p class="muted small">Your role may not switch anything off.</p>}
    </Card>
  )
}

type Row = FeatureList['features'][number]

/** What is asked for most is what hurts most. */
const byUse = (a: Row, b: Row): number => (b.perMinute.at(-1) ?? 0) - (a.perMinute.at(-1) ?? 0)
