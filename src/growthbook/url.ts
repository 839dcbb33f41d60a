/** A URL, or undefined when the text is none. */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}

/**
 * Where a redirect leads that keeps the visitor's query: the parameters of the current URL are added, but for those
 * that the destination states itself. Where either is no absolute URL there is nothing to add.
 */
export function mergeQueryStrings(current: string, destination: string): string {
  const [from, to] = [parseUrl(current), parseUrl(destination)]
  if (from === undefined || to === undefined) return destination
  for (const [name, value] of from.searchParams) if (!to.searchParams.has(name)) to.searchParams.set(name, value)
  return to.href
}
