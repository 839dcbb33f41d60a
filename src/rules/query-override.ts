/**
 * The variation that a URL forces with `?experiment-key=1`; null when it forces none that exists.
 * The query ends at a second `?`, names are compared without percent-decoding, and the first
 * parameter of that name decides.
 */
export function getQueryStringOverride(key: string, url: string, count: number): number | null {
  const start = url.indexOf('?') + 1
  if (start === 0 || key.includes('=')) return null
  const end = firstOf(url, '?', start, firstOf(url, '#', start, url.length))
  for (let at = start; at <= end;) {
    const partEnd = firstOf(url, '&', at, end)
    const nameEnd = at + key.length
    const isNamed = nameEnd <= partEnd && url.startsWith(key, at)
    if (isNamed && nameEnd === partEnd) return null
    if (isNamed && url[nameEnd] === '=') return variationOf(url.slice(nameEnd + 1, partEnd), count)
    at = partEnd + 1
  }
  return null
}

/** `1abc` and `1.9` are 1, as parseInt returns. */
function variationOf(text: string, count: number): number | null {
  const variation = parseInt(text)
  // The sum makes 0 of -0.
  return variation >= 0 && variation < count ? variation + 0 : null
}

/** The first index of a character between two indexes; `end` when there is none. */
function firstOf(text: string, char: string, start: number, end: number): number {
  const at = text.indexOf(char, start)
  return at === -1 || at > end ? end : at
}
