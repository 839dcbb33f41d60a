import { useEffect, useState } from 'preact/hooks'
import { type LiveStatus, liveStatus, onLive } from '../api/live'
import { Time } from '../parts/time'

/** Across every page while what is in force may be out of date, or the server is gone. */
export function StaleBanner() {
  const [state, setState] = useState(liveStatus)
  const [isLost, setLost] = useState(false)
  useEffect(
    () =>
      onLive((kind, data) => {
        setLost(kind === 'lost')
        if (kind === 'status' || kind === 'opened') setState(data as LiveStatus)
      }),
    [],
  )
  if (isLost)
    return (
      <div class="stale-banner" role="alert">
        <strong>NO CONNECTION</strong> What you see may be old; the page reconnects by itself.
      </div>
    )
  if (state === undefined || state.status === 'READY') return null
  return (
    <div class="stale-banner" role="alert">
      <strong>{state.status.replace('_', ' ')}</strong>
      <span>
        {state.staleSince !== null && (
          <>
            Since <Time at={state.staleSince} />.{' '}
          </>
        )}
        The last good version answers; edits of the source are not in force.
      </span>
      <a href="now">See why</a>
    </div>
  )
}
