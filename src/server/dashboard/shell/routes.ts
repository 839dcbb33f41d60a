/** The path of the page below the origin: `/` or `/flags/`. */
export const basePath = new URL(document.baseURI).pathname

/** Whether a path of the browser is a page: `now`. */
export const isAt = (path: string, page: string): boolean =>
  `${path}/`.startsWith(`${basePath}${page}${page === '' ? '' : '/'}`)

/** Where to go after the sign-in: a path of this page, whatever the query says. */
export function returnPath(wanted: string | undefined): string {
  if (wanted === undefined) return basePath
  const url = new URL(wanted, location.origin)
  const isOwn = url.origin === location.origin && url.pathname.startsWith(basePath)
  const isSignIn = url.pathname === `${basePath}sign-in`
  return isOwn && !isSignIn ? url.pathname + url.search : basePath
}
