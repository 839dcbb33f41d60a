import { useLocation } from 'preact-iso'
import { useState } from 'preact/hooks'
import type { Session } from '../../admin/contract'
import { type ApiFailure, call } from '../api/client'
import { asFailure } from '../api/use-query'
import { many } from '../parts/figures'
import { basePath, returnPath } from '../shell/routes'

interface SignInProps {
  readonly signedIn: (session: Session) => void
}

/** Exchanges a token for a session cookie, which no script can read. */
export function SignInPage({ signedIn }: SignInProps) {
  const { submit, failure, isBusy } = useSignIn(signedIn)
  return (
    <div class="sign-in card">
      <h1>Sign in</h1>
      <p class="muted">
        With a token of this server. Whoever runs it makes one with{' '}
        <code>liveflag token create</code>.
      </p>
      <form onSubmit={(event) => void submit(event)}>
        <label>
          <span class="label">Token</span>
          <input
            class="field mono"
            type="password"
            name="token"
            autocomplete="current-password"
            required
            autofocus
            aria-describedby="sign-in-failure"
          />
        </label>
        <p id="sign-in-failure" role="alert" class="sign-in-failure">
          {failure && messageOf(failure)}
        </p>
        <button type="submit" class="button primary big" disabled={isBusy}>
          {isBusy ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
    </div>
  )
}

function useSignIn(signedIn: SignInProps['signedIn']) {
  const { query, route, path } = useLocation()
  const [failure, setFailure] = useState<ApiFailure>()
  const [isBusy, setBusy] = useState(false)
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const token = new FormData(form).get('token')
    setBusy(true)
    try {
      const body = { token: typeof token === 'string' ? token.trim() : '' }
      const session = await call<Session>('POST', 'session', body)
      if (path === `${basePath}sign-in`) route(returnPath(query['next']), true)
      signedIn(session)
    } catch (error) {
      setFailure(asFailure(error))
      form.reset()
    } finally {
      setBusy(false)
    }
  }
  return { submit, failure, isBusy }
}

function messageOf({ status, message, retryAfterSeconds }: ApiFailure): string {
  if (status === 401) return 'This token is not valid. Check that all of it was copied.'
  if (status === 429)
    return `Too many wrong tokens. Try again in ${many(retryAfterSeconds ?? 60, 'second')}.`
  return message
}
