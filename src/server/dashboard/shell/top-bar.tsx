import { useLocation } from 'preact-iso'
import { useState } from 'preact/hooks'
import type { ServerAbilities, Session } from '../../admin/contract'
import { call } from '../api/client'
import { basePath } from './routes'
import { applyTheme, nextTheme, storedTheme, type Theme } from './theme'
import { openShortcuts } from './shortcuts'

const PAGES = [
  { href: '', name: 'Features', below: 'features/' },
  { href: 'experiments', name: 'Experiments', below: 'experiments/' },
  { href: 'now', name: 'Now', below: 'now/' },
  { href: 'changes', name: 'Changes', below: 'proposals/' },
]
/** Where a live config is in a store. */
const OF_STORES = [{ href: 'fleet', name: 'Fleet', below: 'fleet/' }]

/** The bar that every page has. */
export function TopBar({ session }: { readonly session: Session }) {
  return (
    <div class="top-row">
      <a class="brand" href="./">
        <Logo />
        liveflag
      </a>
      {session.server.environment !== '' && (
        <span class="badge accent">{session.server.environment}</span>
      )}
      {session.user && <Navigation hasStore={session.server.hasStore} />}
      <span class="spacer" />
      <ThemeSwitch />
      <button
        type="button"
        class="button small quiet"
        aria-label="Keyboard shortcuts"
        title="Keyboard shortcuts"
        onClick={openShortcuts}
      >
        <kbd>?</kbd>
      </button>
      {session.user && <Person session={session} />}
    </div>
  )
}

function Navigation({ hasStore }: Pick<ServerAbilities, 'hasStore'>) {
  const { path } = useLocation()
  const own = path.slice(basePath.length)
  return (
    <nav class="nav" aria-label="Pages">
      {[...PAGES, ...(hasStore ? OF_STORES : [])].map(({ href, name, below }) => (
        <a
          key={name}
          href={href || './'}
          aria-current={own === href || own.startsWith(below) ? 'page' : undefined}
        >
          {name}
        </a>
      ))}
    </nav>
  )
}

const THEMES: Readonly<Record<Theme, readonly [sign: string, words: string]>> = {
  system: ['◐', 'as the system'],
  light: ['☀', 'light'],
  dark: ['☾', 'dark'],
}

function ThemeSwitch() {
  const [theme, setTheme] = useState(storedTheme)
  const [sign, words] = THEMES[theme]
  const change = (): void => {
    const next = nextTheme(theme)
    applyTheme(next)
    setTheme(next)
  }
  return (
    <button
      type="button"
      class="button small quiet"
      aria-label={`Theme: ${words}`}
      title={`Theme: ${words}`}
      onClick={change}
    >
      <span aria-hidden="true">{sign}</span>
    </button>
  )
}

function Person({ session }: { readonly session: Session }) {
  const { user, canSignOut } = session
  const signOut = async (): Promise<void> => {
    await call('DELETE', 'session')
    location.assign(`${basePath}sign-in`)
  }
  return (
    <>
      <span class="person" title={`roles: ${user?.roles.join(', ') || 'none'}`}>
        {user?.name}
      </span>
      {canSignOut && (
        <button type="button" class="button small quiet" onClick={() => void signOut()}>
          Sign out
        </button>
      )}
    </>
  )
}

const Logo = () => (
  <svg viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="7" fill="var(--accent-fill)" />
    <path
      d="M10 26V6m0 1h13l-4 5 4 5H10"
      fill="none"
      stroke="#fff"
      stroke-width="3"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  </svg>
)
