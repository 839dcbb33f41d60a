import { join } from 'node:path'
import { tempDir } from '../../support/temp-dir'
import { liveflag } from '../captured-terminal'

test('create prints the token alone, list everything but the token, revoke ends it', async () => {
  const env = { LIVEFLAG_DB: join(tempDir(), 'liveflag.db') }
  const made = await liveflag(['token', 'create', 'web', '--client', '--environment', 'prod'], {
    env,
  })
  expect(made).toEqual({
    code: 0,
    err: '',
    out: expect.stringMatching(/^lf_[0-9a-f]{12}_[\w-]{43}\n$/),
  })
  const listed = await liveflag(['token', 'list', '--json'], { env })
  expect(JSON.parse(listed.out)).toEqual([
    {
      id: made.out.slice(3, 15),
      name: 'web',
      scopes: ['evaluate'],
      client: true,
      environment: 'prod',
      created_at: new Date(2027, 0, 31, 9, 5, 7).toISOString(),
      revoked_at: null,
    },
  ])
  expect(listed.out).not.toContain(made.out.slice(16, -1))
  expect(await liveflag(['token', 'revoke', 'web'], { env })).toMatchObject({
    code: 0,
    out: 'web is revoked\n',
  })
  expect(await liveflag(['token', 'revoke', 'web'], { env })).toEqual({
    code: 1,
    out: '',
    err: 'liveflag: there is no token web; see liveflag token list\n',
  })
  expect((await liveflag(['token', 'list'], { env })).out).toMatch(/web +evaluate \(client\) +prod/)
})

test.each([
  [['create', 'a b'], 'the name is a b'],
  [['create', 'x', '--scope', 'root'], 'the scope is root; give some of evaluate, read, write'],
  [['create', 'x', '--role', 'root'], '--role is "root"; give one of viewer, editor, approver'],
  [['create', 'x', '--db', ':memory:'], 'token: --db is :memory:, which ends with this command'],
  [['create', 'x', '--db', '/nowhere/x.db'], 'token: the database /nowhere/x.db cannot be opened'],
])('%j is refused, and says why', async (args, message) => {
  const env = { LIVEFLAG_DB: join(tempDir(), 'liveflag.db') }
  const { code, err } = await liveflag(['token', ...args], { env })
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) })
})
