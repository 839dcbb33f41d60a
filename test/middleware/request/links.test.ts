import { LINKS, type LinkRefusal, type RequestLinks } from '../../../src/core/link'
import { signLink } from '../../../src/links/token'
import { checkLinkOptions, type LinkOptions } from '../../../src/middleware/request/links'
import { requestWorld, type RequestReader } from '../../../src/middleware/request/world'

const SECRET = 'a secret of at least thirty-two characters'
const now = Date.parse('2026-11-01T00:00:00Z')
const HOUR = 3_600_000
const keys = { 'qa-1': SECRET }
const token = (feature: string, variant = 'on', until = now + HOUR, key = 'qa-1'): string =>
  signLink({ feature, variant, key, until }, SECRET)

interface Sent {
  readonly url?: string
  readonly cookies?: string
  readonly secure?: boolean
}
const read: RequestReader<Sent> = {
  url: ({ url = '/' }) => url,
  cookies: ({ cookies }) => cookies,
  hostname: () => 'shop.example',
}

function opened(
  sent: Sent,
  options: LinkOptions = { keys },
): { readonly links: RequestLinks | undefined; readonly set: readonly string[] } {
  const set: string[] = []
  const world = requestWorld(sent, { links: options }, read, {
    set: (line) => void set.push(line),
    isSecure: () => sent.secure === true,
  })
  return { links: world[LINKS]?.(now), set }
}
const featuresOf = (links: RequestLinks | undefined): readonly string[] | undefined =>
  links?.links.map(({ feature, variant }) => `${feature} ${variant}`)

test('without the option, no World has links', () => {
  expect(requestWorld({}, {}, read)).not.toHaveProperty([LINKS])
})

test('a request without a link has none, and sets no cookie', () => {
  expect(opened({ url: '/?q=1', cookies: 'loid=abc' })).toEqual({ links: undefined, set: [] })
})

test('a link of the address counts, and is remembered until it expires', () => {
  const { links, set } = opened({ url: `/a?x=1&liveflag_link=${token('banner')}`, secure: true })
  expect(featuresOf(links)).toEqual(['banner on'])
  expect(set).toEqual([
    `liveflag_links=${token('banner')}; Max-Age=3600; Path=/; HttpOnly; Secure; SameSite=Lax`,
  ])
})

test('links of the cookie count, and one of the address goes before them', () => {
  const cookies = `liveflag_links=${token('banner', 'off')}~${token('button')}`
  expect(featuresOf(opened({ cookies }).links)).toEqual(['banner off', 'button on'])
  const { links, set } = opened({ cookies, url: `/?liveflag_link=${token('banner')}` })
  expect(featuresOf(links)).toEqual(['banner on', 'button on'])
  expect(set[0]).toContain(`liveflag_links=${token('banner')}~${token('button')};`)
})

test('liveflag_link=end ends all of them', () => {
  const { links, set } = opened({
    url: '/?liveflag_link=end',
    cookies: `liveflag_links=${token('banner')}`,
  })
  expect(links).toMatchObject({ links: [], refused: [] })
  expect(set).toEqual([expect.stringMatching(/^liveflag_links=; Max-Age=0;/)])
})

test('the cookie has the name that the options say, or there is none', () => {
  const url = `/?liveflag_link=${token('banner')}`
  expect(opened({ url }, { keys, cookie: 'qa' }).set[0]).toMatch(/^qa=/)
  expect(opened({ url }, { keys, cookie: false }).set).toEqual([])
  const cookies = `liveflag_links=${token('banner')}`
  expect(opened({ cookies }, { keys, cookie: false }).links).toBeUndefined()
})

test('what is refused is not remembered in the cookie', () => {
  const refused: LinkRefusal[] = []
  const { links, set } = opened(
    { url: `/?liveflag_link=x&liveflag_link=${token('banner', 'on', now - 1)}` },
    { keys, onRefused: (refusal) => refused.push(refusal) },
  )
  expect(links?.refused.map(({ reason }) => reason)).toEqual(['malformed', 'expired'])
  expect(set).toEqual([expect.stringMatching(/^liveflag_links=; Max-Age=0;/)])
})

test('removing the id of a key revokes its links', () => {
  const held: Record<string, string> = { ...keys }
  const options = { keys: held }
  const cookies = `liveflag_links=${token('banner')}`
  expect(featuresOf(opened({ cookies }, options).links)).toEqual(['banner on'])
  delete held['qa-1']
  expect(opened({ cookies }, options).links?.refused).toEqual([{ reason: 'unknown-key' }])
})

test('a thousand links of one request are a few', () => {
  const many = Array.from({ length: 1000 }, () => 'liveflag_link=x').join('&')
  expect(opened({ url: `/?${many}` }).links?.refused.length).toBeLessThanOrEqual(10)
})

test.each([
  ['no keys', {}, 'keys'],
  ['a cookie that is no name', { keys, cookie: 'a b' }, 'cookie'],
  ['an unknown option', { keys, expires: 7 }, 'expires'],
])('%s is refused when the middleware is created', (_what, options, named) => {
  expect(() => checkLinkOptions('expressFeatures: links', options)).toThrow(
    expect.objectContaining({
      code: 'LIVEFLAG_BAD_OPTION',
      message: expect.stringContaining(named),
    }),
  )
})
