/** FILE may be a URL, and other sources may be over it: each command reads what the engine would have in force. */
import { FlagServer, serving, status } from '../support/flag-server'
import { block, liveflag, scratch, Started } from './captured-terminal'

const write = scratch()
let server: FlagServer
beforeAll(async () => void (server = await FlagServer.start()))
afterAll(() => server.close())

const base = write(
  'base.yaml',
  block(`
  feature_cart: { percent_loggedin: 0 }
  feature_search: on
  feature_exp: { experiment: { experiment_id: 7, loggedin: true, variants: { old: 25, new: 25 } } }
`),
)
const layer = write('layer.yaml', 'feature_cart: { users: [gary] }\n')
const overrides = write('overrides.yaml', 'search: false\n')

const GARY = ['--world', '{"user": {"id": "t2_a", "name": "gary"}}']

const sent = (text: string, path = '/live.json'): string => {
  server.answer = serving(text)
  return server.origin + path
}

describe('a URL', () => {
  it.each<[string, string, string]>([
    ['/live.json', '{"feature_a": "on"}', 'of JSON'],
    ['/live.yaml', 'feature_a: on\n', 'of YAML, by its ending'],
    ['/live.ini', '[live_config]\nfeature_a = on\n', 'of ini, by its ending'],
    ['/api/features', '{"feature_a": "on"}', 'of JSON, when it has no ending'],
    ['/live.yaml?at=2', 'feature_a: on\n', 'with a query'],
  ])('%s is read: %s (%s)', async (path, text) => {
    expect(await liveflag(['eval', sent(text, path)])).toMatchObject({
      code: 0,
      out: 'a  ON   static\n',
    })
  })

  it('is asked once by each command, which ends', async () => {
    const url = sent('{"feature_a": {"owner": "shop"}, "feature_b": {"percent_loggedin": 50}}')
    for (const args of [
      ['check', url],
      ['explain', url, 'a'],
      ['eval', url],
      ['simulate', url, 'b', '--users', '10'],
      ['owners', url],
      ['types', url],
    ]) {
      const before = server.pulls.length
      expect(await liveflag(args)).toMatchObject({ code: 0, err: '' })
      expect(server.pulls.length - before).toBe(1)
    }
  })

  it('gets the token', async () => {
    await liveflag(['check', sent('{}'), '--token', 's3cret'])
    expect(server.pulls.at(-1)?.headers.authorization).toBe('Bearer s3cret')
  })

  it('is named in problems, with their places', async () => {
    const url = sent('{"feature_a": {"users": 5}}')
    const { code, out } = await liveflag(['check', url])
    expect({ code, out: out.split('\n')[0] }).toEqual({
      code: 1,
      out: `${url}:1:25  error  bad-type  feature_a: users is a number (5); write a list of names, such as [gary, spez]`,
    })
  })

  it.each(['check', 'eval', 'owners'])(
    'that cannot be read is a problem of %s',
    async (command) => {
      server.answer = status(500)
      const url = `${server.origin}/live.json`
      const { code, err } = await liveflag([command, url])
      expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('500') as string })
      expect(err).toContain(url)
    },
  )

  it('is watched until the command is interrupted', async () => {
    const watching = new Started(['watch', sent('{"feature_a": "on"}')])
    expect(await watching.line(1)).toContain('1 feature')
    watching.interrupt()
    expect(await watching.ended).toBe(0)
  })

  it('is written by nobody', async () => {
    const { code, err } = await liveflag([
      'remove',
      'a',
      sent('{}'),
      write('a.js', ''),
      '--as',
      'on',
    ])
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining('cannot be written') as string,
    })
  })
})

describe('layers and overrides', () => {
  it('override feature by feature, overrides last', async () => {
    const { out } = await liveflag([
      'eval',
      base,
      'cart',
      'search',
      '--layer',
      layer,
      '--override',
      overrides,
      ...GARY,
    ])
    expect(out).toBe('cart    ON   users\nsearch  OFF  default, value false\n')
    expect((await liveflag(['eval', base, 'cart', 'search', ...GARY])).out).toBe(
      'cart    OFF  default\nsearch  ON   static\n',
    )
  })

  it('may be given more than once, the last wins', async () => {
    const last = write('last.yaml', 'feature_cart: off\n')
    const args = ['eval', base, 'cart', '--layer', layer, '--layer', last, ...GARY]
    expect((await liveflag(args)).out).toBe('cart  OFF  disabled\n')
  })

  it('may be URLs', async () => {
    const url = sent('{"feature_cart": "on"}')
    expect((await liveflag(['eval', base, 'cart', '--layer', url])).out).toBe('cart  ON   static\n')
  })

  it('are shown by explain with their own lines', async () => {
    const { out } = await liveflag(['explain', base, 'cart', '--layer', layer, ...GARY])
    expect(out).toContain(`entry       ${layer}:1:1`)
    expect(out).toContain('claimed')
  })

  it('are counted by simulate', async () => {
    const all = write('all.yaml', 'feature_cart: on\n')
    const args = ['simulate', base, 'cart', '--users', '50', '--layer', all]
    expect((await liveflag(args)).out).toContain('on for 50 of 50 users')
    expect(
      (await liveflag(['simulate', base, 'exp', '--users', '50', '--override', overrides])).code,
    ).toBe(0)
  })

  it('are checked as the engine does: an override of nothing, a value of the wrong kind', async () => {
    const slip = write('slip.yaml', 'serch: false\n')
    const layered = write('layered.yaml', 'feature_cart: { users: 5 }\n')
    const args = ['check', base, '--layer', layered, '--override', slip, '--json']
    const { code, out } = await liveflag(args)
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      features: 4,
      problems: [
        { code: 'bad-type', source: layered, line: 1 },
        { code: 'overrides-nothing', source: slip, line: 1 },
      ],
    })
  })

  it('may name a feature that FILE has: that is no duplicate', async () => {
    expect(await liveflag(['check', base, '--layer', layer, '--override', overrides])).toEqual({
      code: 0,
      out: '3 features, no problems\n',
      err: '',
    })
  })

  it.each<[string[], string]>([
    [['--layer', '-'], '--layer takes a path or a URL'],
    [['--override', '-'], '--override takes a file'],
    [['--override', 'http://localhost/a.json'], '--override takes a file'],
  ])('%j is refused', async (args, message) => {
    expect(await liveflag(['check', base, ...args])).toMatchObject({
      code: 2,
      err: expect.stringContaining(message) as string,
    })
  })

  it('that are not there are problems, and so no answer is given without them', async () => {
    for (const option of ['--layer', '--override'])
      expect(await liveflag(['eval', base, option, 'not-there.yaml'])).toMatchObject({
        code: 1,
        out: '',
        err: expect.stringContaining('not-there.yaml') as string,
      })
  })
})
