import { useEffect, useState } from 'preact/hooks'
import type { FleetEvent } from '../../admin/fleet/contract'
import { onLive } from '../api/live'
import { processCount } from '../parts/figures'

/** Across every page while a generation is on its way: nothing else can be saved meanwhile. */
export function StagedBanner() {
  const [events, setEvents] = useState<readonly FleetEvent[]>([])
  useEffect(
    () =>
      onLive((kind, data) => {
        if (kind !== 'fleet') return
        const event = data as FleetEvent
        setEvents((known) => [...known.filter(({ source }) => source !== event.source), event])
      }),
    [],
  )
  const staged = events.filter((event) => event.staged !== null)
  return (
    <div role="status">
      {staged.map(({ source, staged: one }) => (
        <p key={source} class="staged-banner">
          <strong>Generation {one?.generation}</strong>
          <span>
            {one?.isAbandoned
              ? 'was left in its stages by its publisher.'
              : `is in its stages, at ${one?.percent} %: ${one?.confirmed} of ${processCount(one?.asked ?? 0)} ${one?.asked === 1 ? 'has' : 'have'} it.`}
          </span>
          <a href={`fleet?source=${encodeURIComponent(source)}`}>See the fleet</a>
        </p>
      ))}
    </div>
  )
}
