import { verifyLink } from '../../../src/links/token'
import { liveflag } from '../captured-terminal'

const SECRET = 'a-secret-of-at-least-thirty-two-characters'
const env = { LIVEFLAG_LINK_KEYS: `qa-1=${SECRET} qa-2=${SECRET}2` }
const now = new Date(2027, 0, 31, 9, 5, 7).getTime()
const secretOf = (id: string): string | undefined => ({ 'qa-1': SECRET, 'qa-2': `${SECRET}2` })[id]

test('link prints an address that forces the variant for one person, on that host', async () => {
  const args = ['link', 'checkout', 'new', '--expires', '2d', '--for', 'gary']
  const { code, out, err } = await liveflag([...args, '--url', 'https://shop.example/cart?a=1'], {
    env,
  })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const url = new URL(out)
  expect(url.href).toMatch(/^https:\/\/shop\.example\/cart\?a=1&liveflag_link=1\./)
  const token = url.searchParams.get('liveflag_link') ?? ''
  expect(verifyLink(token, secretOf, { host: 'shop.example', now })).toEqual({
    feature: 'checkout',
    variant: 'new',
    key: 'qa-1',
    for: 'gary',
    host: 'shop.example',
    until: now + 2 * 86_400_000,
  })
})

test('link signs with the key that is named, for a day, and prints JSON', async () => {
  const args = ['link', 'feature_checkout', 'on', '--anyone', '--key', 'qa-2', '--json']
  const { out } = await liveflag(args, { env })
  expect(JSON.parse(out)).toEqual({
    feature: 'checkout',
    variant: 'on',
    key: 'qa-2',
    until: new Date(now + 86_400_000).toISOString(),
    url: expect.stringMatching(/^\?liveflag_link=1\.[\w-]+\.[\w-]{43}$/),
  })
})

test.each([
  [
    ['--for', 'gary', '--key', 'qa-9'],
    env,
    '--key is qa-9, which LIVEFLAG_LINK_KEYS does not have',
  ],
  [['--for', 'gary'], {}, 'there is no key to sign with; set LIVEFLAG_LINK_KEYS'],
  [['--for', 'gary'], { LIVEFLAG_LINK_KEYS: 'qa-1=short' }, 'at least 32 characters'],
  [[], env, 'say whom the link is for: --for with a name or id of a user, or --anyone'],
  [['--for', 'gary', '--anyone'], env, 'say whom the link is for'],
  [['--for', 'gary', '--expires', '2y'], env, '--expires is 2y; give a time such as 30m, 6h or 2d'],
  [['--for', 'gary', '--expires', '91d'], env, 'at most 90d'],
  [
    ['--for', 'gary', '--url', 'shop.example'],
    env,
    '--url is shop.example; give the address of a page',
  ],
])('%j is refused, and says why', async (args, given, message) => {
  const { code, err } = await liveflag(['link', 'checkout', 'new', ...args], { env: given })
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) })
  expect(err).not.toContain(SECRET)
})
