export type Theme = 'system' | 'light' | 'dark'

const KEY = 'liveflag-theme'

export function storedTheme(): Theme {
  try {
    const theme = localStorage.getItem(KEY)
    return theme === 'light' || theme === 'dark' ? theme : 'system'
  } catch {
    return 'system'
  }
}

/** Shows the page in a theme, and remembers it in this browser. */
export function applyTheme(theme: Theme): void {
  const { dataset } = document.documentElement
  if (theme === 'system') delete dataset['theme']
  else dataset['theme'] = theme
  try {
    if (theme === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, theme)
  } catch {
    // Storage is blocked: the theme lasts as long as the page.
  }
}

export const nextTheme = (theme: Theme): Theme =>
  theme === 'system' ? 'dark' : theme === 'dark' ? 'light' : 'system'
