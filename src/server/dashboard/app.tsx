import { lazy, LocationProvider, Route, Router, useLocation } from 'preact-iso'
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Session } from '../admin/contract'
import { type ApiFailure, call, useSessionOf } from './api/client'
import { closeStream, openStream } from './api/live'
import { asFailure } from './api/use-query'
import { FeaturesPage } from './features/features-page'
import { Empty, Failure } from './parts/states'
import { basePath } from './shell/routes'
import { SessionContext, useSession } from './shell/session'
import { Shortcuts, useShortcuts } from './shell/shortcuts'
import { StagedBanner } from './shell/staged-banner'
import { StaleBanner } from './shell/stale-banner'
import { Toasts } from './shell/toasts'
import { TopBar } from './shell/top-bar'
import { SignInPage } from './sign-in/sign-in-page'

const FeaturePage = lazy(() => import('./feature/feature-page'))
const EditPage = lazy(() => import('./edit/edit-page'))
const FilePage = lazy(() => import('./edit/file-page'))
const ExperimentPage = lazy(() => import('./experiment/experiment-page'))
const PlanPage = lazy(() => import('./experiment/plan-page'))
const ExperimentsPage = lazy(() => import('./experiment/experiments-page'))
const NowPage = lazy(() => import('./now/now-page'))
const ChangesPage = lazy(() => import('./changes/changes-page'))
const FleetPage = lazy(() => import('./fleet/fleet-page'))
const ComparisonPage = lazy(() => import('./generations/comparison-page'))
const ProposalPage = lazy(() => import('./changes/proposal-page'))

export const App = () => (
  <LocationProvider>
    <WithSession />
  </LocationProvider>
)

/** Asks who is signed in before anything else is asked. */
function WithSession() {
  const [session, setSession] = useState<Session>()
  const [failure, setFailure] = useState<ApiFailure>()
  const ask = useCallback(() => {
    setFailure(undefined)
    // At the same time: it is open by the time that the pages ask.
    openStream()
    call<Session>('GET', 'session')
      .then(setSession)
      .catch((error: unknown) => setFailure(asFailure(error)))
  }, [])
  useEffect(ask, [])
  if (failure)
    return (
      <main>
        <Failure failure={failure} retry={ask} />
      </main>
    )
  if (!session) return null
  useSessionOf(session, () => setSession({ ...session, user: null, csrf: null }))
  return (
    <SessionContext.Provider value={session}>
      <Shell session={session} setSession={setSession} />
    </SessionContext.Provider>
  )
}

interface ShellProps {
  readonly session: Session
  readonly setSession: (session: Session) => void
}

function Shell({ session, setSession }: ShellProps) {
  const main = useRef<HTMLElement>(null)
  const isSignedIn = session.user !== null
  useEffect(() => {
    if (!isSignedIn) return closeStream()
    openStream()
  }, [isSignedIn])
  useEffect(() => {
    const { environment } = session.server
    document.title = environment === '' ? 'liveflag' : `liveflag · ${environment}`
  }, [session])
  return (
    <>
      <button type="button" class="button skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header class="top">
        <TopBar session={session} />
        {isSignedIn && <StaleBanner />}
        {isSignedIn && <StagedBanner />}
      </header>
      <main ref={main} tabIndex={-1}>
        {isSignedIn ? <Pages /> : <SignInPage signedIn={setSession} />}
      </main>
      <Toasts />
      <Shortcuts />
    </>
  )
}

function Pages() {
  const { route } = useLocation()
  const { hasStore } = useSession().server
  const shortcuts = useMemo(
    () => [
      { keys: 'g f', words: 'Go to the features', run: () => route(basePath) },
      { keys: 'g x', words: 'Go to the experiments', run: () => route(`${basePath}experiments`) },
      { keys: 'g n', words: 'Go to now', run: () => route(`${basePath}now`) },
      { keys: 'g c', words: 'Go to the changes', run: () => route(`${basePath}changes`) },
      ...(hasStore
        ? [{ keys: 'g p', words: 'Go to the processes', run: () => route(`${basePath}fleet`) }]
        : []),
    ],
    [route, hasStore],
  )
  useShortcuts(shortcuts)
  return (
    <Router onRouteChange={() => document.querySelector('main')?.focus({ preventScroll: true })}>
      <Route path={basePath} component={FeaturesPage} />
      <Route path={`${basePath}features/:name`} component={FeaturePage} />
      <Route path={`${basePath}features/:name/edit`} component={EditPage} />
      <Route path={`${basePath}experiments`} component={ExperimentsPage} />
      <Route path={`${basePath}experiments/:id`} component={ExperimentPage} />
      <Route path={`${basePath}experiments/:id/plan`} component={PlanPage} />
      <Route path={`${basePath}file`} component={FilePage} />
      <Route path={`${basePath}now`} component={NowPage} />
      <Route path={`${basePath}changes`} component={ChangesPage} />
      <Route path={`${basePath}proposals/:id`} component={ProposalPage} />
      <Route path={`${basePath}generations`} component={ComparisonPage} />
      <Route path={`${basePath}fleet`} component={FleetPage} />
      <Route default component={NoPage} />
    </Router>
  )
}

const NoPage = () => (
  <Empty title="There is no such page.">
    <a href="./">All features</a>
  </Empty>
)
