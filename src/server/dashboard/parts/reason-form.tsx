import { useState } from 'preact/hooks'
import type { Answer } from '../edit/saved'
import { type ApiFailure, call } from '../api/client'
import { asFailure } from '../api/use-query'
import { Failure } from './states'

interface ReasonFormProps<Done> {
  /** Where the reason is posted. */
  readonly path: string
  readonly label: string
  readonly isDanger?: boolean
  /** What is posted with it. */
  readonly also?: object
  readonly done: (answer: Done) => void
}

/** Asks why, and posts it. */
export function ReasonForm<Done = Answer>({
  path,
  label,
  isDanger = false,
  also = {},
  done,
}: ReasonFormProps<Done>) {
  const [failure, setFailure] = useState<ApiFailure>()
  const [isBusy, setBusy] = useState(false)
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const reason = new FormData(event.currentTarget as HTMLFormElement).get('reason')
    setBusy(true)
    try {
      done(await call<Done>('POST', path, { ...also, reason }))
    } catch (error) {
      setFailure(asFailure(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form class="reason" onSubmit={(event) => void submit(event)}>
      {failure && <Failure failure={failure} />}
      <label>
        <span class="label">Reason, for the history</span>
        <input class="field" name="reason" required autofocus autocomplete="off" maxLength={500} />
      </label>
      <button
        type="submit"
        class={`button ${isDanger ? 'danger big' : 'primary'}`}
        disabled={isBusy}
      >
        {label}
      </button>
    </form>
  )
}
