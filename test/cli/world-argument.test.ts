/**
 * `--world`: who asks. A member that is misspelt or of the wrong type is an error that names it,
 * never a silent no.
 */
import { liveflag, scratch } from './captured-terminal'

const write = scratch()
const path = write('live.yaml', 'feature_a: { users: [gary] }\n')
const world = '{"user": {"id": "t2_beef", "name": "gary"}}'

const isOn = async (argument: string, stdin = ''): Promise<unknown> =>
  JSON.parse((await liveflag(['eval', path, 'a', '--json', '--world', argument], { stdin })).out).a
    .enabled

test.each([
  ['JSON', world, ''],
  ['a file after @', `@${write('world.json', world)}`, ''],
  ['a file that begins with a byte-order mark', `@${write('bom.json', `\uFEFF${world}`)}`, ''],
  ['- for stdin', '-', world],
])('may be %s', async (_, argument, stdin) => {
  expect(await isOn(argument, stdin)).toBe(true)
})

test('may have every member', async () => {
  const full = {
    user: { id: 't2_beef', name: 'gary', admin: false, employee: false, gold: false, beta: false },
    subreddit: 'wtf',
    subdomain: 'beta',
    oauthClient: 'xyzABC123',
    loid: 'abcdEFGH12345678zz',
    urlFeatures: ['public_flag_name'],
    attributes: { country: 'KZ', age: 21, nested: { list: [1] } },
    page: { id: 't3_abc', type: 'link' },
  }
  expect(await isOn(JSON.stringify(full))).toBe(true)
})

test.each([
  ['{}'],
  ['{"user": null}'],
  ['{"user": {"id": "t2_a", "name": null}, "subreddit": null, "urlFeatures": null, "page": null}'],
])('may leave members out, or have null for them: %s', async (argument) => {
  expect(await isOn(argument)).toBe(false)
})

test('may have a number for the id of the user, which is its decimal text', async () => {
  const live = write(
    'half.yaml',
    'feature_a: { percent_loggedin: 50 }\nfeature_b: { experiment: { enabled: on, variants: { blue: 20 } } }\n',
  )
  const decisions = async (id: string): Promise<unknown> =>
    JSON.parse((await liveflag(['eval', live, '--json', '--world', `{"user": {"id": ${id}}}`])).out)
  for (const id of ['0', '5', '42', '9007199254740991'])
    expect(await decisions(id)).toEqual(await decisions(`"${id}"`))
})

test.each([
  ['{"usr": {}}', 'the World has no member "usr"; did you mean user?'],
  ['{"oauth_client": "x"}', 'the World has no member "oauth_client"; did you mean oauthClient?'],
  [
    '{"country": "KZ"}',
    'the World has no member "country"; it may have user, subreddit, subdomain, oauthClient, loid, urlFeatures, page, attributes; put anything else into attributes',
  ],
  ['{"user": {"nam": "gary"}}', 'user of the World has no member "nam"; did you mean name?'],
  ['{"__proto__": {}}', expect.stringContaining('the World has no member "__proto__"')],
  ['{"user": "gary"}', 'user of the World is text ("gary"); write a mapping, such as {"id": …}'],
  [
    '{"user": {"id": 9007199254740993}}',
    'user.id of the World is a number (9007199254740992); write it as text, in quotes, so that no digit is lost',
  ],
  [
    '{"user": {"id": 4.2}}',
    'user.id of the World is a number (4.2); write it as text, in quotes, so that no digit is lost',
  ],
  ['{"user": {"id": true}}', 'user.id of the World is a boolean (true); write text'],
  ['{"loid": 42}', 'loid of the World is a number (42); write text: "42"'],
  ['{"user": {"admin": "true"}}', 'user.admin of the World is text ("true"); write true or false'],
  ['{"subreddit": ["pics"]}', 'subreddit of the World is a list; write text'],
  ['{"urlFeatures": "a"}', 'urlFeatures of the World is text ("a"); write a list of texts'],
  ['{"urlFeatures": ["a", 1]}', 'urlFeatures[1] of the World is a number (1); write text: "1"'],
  ['{"attributes": []}', 'attributes of the World is a list; write a mapping'],
  [
    '{"page": {"id": "t3_a", "kind": "link"}}',
    'page of the World has no member "kind"; it may have id, type',
  ],
  ['[]', 'the World is a list; write a mapping, such as {"user": …}'],
  ['{user: 1}', expect.stringMatching(/^--world: its value is not JSON: .*@FILE, or - for stdin$/)],
  [`@${path}`, expect.stringMatching(/live\.yaml is not JSON: /)],
])('%s is refused', async (argument, message) => {
  const { code, out, err } = await liveflag(['eval', path, '--world', argument])
  expect({ code, out, message: err.replace(/^liveflag: (.*)\n$/, '$1') }).toEqual({
    code: 2,
    out: '',
    message,
  })
})
