import { type Answer, type Ask, get } from './exchange'
import { Trouble } from './trouble'
import { parsedUrl, shownUrl } from './url'

const REDIRECTS: readonly (number | undefined)[] = [301, 302, 303, 307, 308]

/** A GET that follows redirects. `own` headers may be secrets, so another origin does not get them. */
export async function getFollowing(ask: Ask, own: Ask['headers'], maxRedirects: number): Promise<Answer> {
  let { url } = ask
  for (let hops = 0; ; hops++) {
    const headers = url.origin === ask.url.origin ? { ...ask.headers, ...own } : ask.headers
    const answer = await get({ ...ask, url, headers })
    const { statusCode, headers: { location } } = answer.message
    if (!REDIRECTS.includes(statusCode) || location === undefined) return answer
    answer.message.destroy()
    if (hops >= maxRedirects) throw new Trouble(`more than ${maxRedirects} redirects`, 'give the URL they should end at')
    url = target(location, url)
  }
}

function target(location: string, from: URL): URL {
  const to = parsedUrl(location, from)
  const isSafe = to?.protocol === 'https:' || (to?.protocol === 'http:' && from.protocol === 'http:')
  if (to === undefined || !isSafe) throw new Trouble(`it redirects to ${to ? shownUrl(to) : 'no URL'}, which is not followed`, 'correct the server, or give the right URL')
  return to
}
