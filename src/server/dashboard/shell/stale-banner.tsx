import { useEffect, useState } from 'preact/hooks'
import type { Now } from '../../admin/contract'
import { onLive } from '../api/live'
import { Time } from '../parts/time'

type State = Pick<Now, 'status' | 'generation' | 'staleSince'>

/** Across every page while what is in force may be out of date, or the server is gone. */
export function StaleBanner() {
  const [state, setState] = useState<State>()
  const [isLost, setLost] = useState(false)
  useEffect(
    () =>
      onLive((kind, data) => {
        setLost(kind === 'lost')
        if (kind === 'status') setState(data as State)
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
