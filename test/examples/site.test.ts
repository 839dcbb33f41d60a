/**
 * The example site as `npm start` runs it, visited by everyone it knows, while its live config is
 * edited.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { signLink } from '../../src/links/token'
import { filesBelow, root } from '../house/files'
import { eventually as within } from '../support/eventually'

/** A busy machine may take its time: two programs start, one of them in TypeScript. */
const eventually = (what: string, holds: () => boolean | Promise<boolean>): Promise<void> =>
  within(what, holds, 45_000)
jest.setTimeout(60_000)

const LINK_SECRET = 'a secret of at least thirty-two characters'.replaceAll(' ', '-')
const LOID = 'abcdEFGH12345678zz'
const start = `
  import { runNode, typeScript } from './scripts/run-node.mjs'
  runNode([...typeScript, 'examples/site/server.ts', process.argv[1]])`

const folder = mkdtempSync(join(tmpdir(), 'liveflag-site-'))
const running = new Set<ChildProcess>()

/** Starts the site; `printed` grows while it runs. */
function run(config: string, environment: NodeJS.ProcessEnv = { PORT: '0' }) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', start, config], {
    cwd: root,
    env: { ...process.env, ...environment },
  })
  running.add(child)
  const told = { printed: '', child, ended: once(child, 'exit') as Promise<[number | null]> }
  void told.ended.then(() => running.delete(child))
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (told.printed += text))
  return told
}

async function addressOf(told: { printed: string }): Promise<string> {
  const address = /http:\/\/localhost:\d+/
  await eventually('the site tells its address', () => address.test(told.printed))
  return address.exec(told.printed)?.[0] ?? ''
}

/** What the pages hang on, so that the file which everyone is invited to edit can be edited. */
const asItWas = `
feature_new_header: on
feature_dark_mode:
  gold: true
  users: [gary]
feature_search_v2:
  percent_loggedin: 25
feature_secret_page: { employee: true, url: secret_page, url_for: employee }
feature_welcome_banner:
  experiment: { experiment_id: 4711, loggedin: true, loggedout: true, variants: { friendly: 25, playful: 25, control_1: 25, control_2: 25 } }
feature_front_page_layout:
  url: { layout_cards: cards, layout_compact: compact, layout_as_it_was: control_1 }
  experiment: { experiment_id: 4712, loggedin: true, variants: { cards: 25, compact: 25 } }
feature_signup_hint: { loggedout: true }
feature_sticky_comments: { subreddits: [wtf, AskReddit] }
feature_related_links:
  experiment: { page: true, link_only: true, loggedin: true, loggedout: true, variants: { sidebar: 25, below: 25 } }
`
const live = join(folder, 'live.yaml')
let site = ''

beforeAll(async () => {
  writeFileSync(live, asItWas)
  const told = run(live, { PORT: '0', LIVEFLAG_LINK_KEYS: `demo=${LINK_SECRET}` })
  site = await addressOf(told)
})

afterAll(async () => {
  for (const child of running) child.kill('SIGTERM')
  await eventually('all sites have ended', () => running.size === 0)
  rmSync(folder, { recursive: true })
})

type Who = '' | 'walter' | 'gary' | 'goldie' | 'ben' | 'emma' | 'ada'

const visit = (path: string, who: Who = '', init: RequestInit = {}): Promise<Response> =>
  fetch(site + path, {
    redirect: 'manual',
    ...init,
    headers: { cookie: `visitor=${who}; loid=${LOID}` },
  })

const page = async (path: string, who?: Who): Promise<string> => (await visit(path, who)).text()

/** What a reader sees of some HTML. */
const seen = (html = ''): string =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

/** The row of a feature on the page of decisions, without and with what is behind it. */
async function decisionOf(
  feature: string,
  who?: Who,
  query = '',
): Promise<{ row: string; why: string }> {
  const html = await page(`/decisions${query}`, who)
  const [, row, why] =
    new RegExp(
      `<details id="${feature}"[^>]*>\\s*<summary[^>]*>([^]*?)</summary>([^]*?)</details>`,
    ).exec(html) ?? []
  return { row: seen(row), why: seen(why) }
}

/** The entry of a feature in the live config, from its key to its last indented line. */
const entryOf = (feature: string): RegExp =>
  new RegExp(`^feature_${feature}:.*\\n(?:[ ]+.*\\n)*`, 'm')

function write(feature: string, entry: string): void {
  const text = readFileSync(live, 'utf8')
  expect(text).toMatch(entryOf(feature))
  writeFileSync(live, text.replace(entryOf(feature), `${entry}\n`))
}

const lineOf = (text: string): number =>
  readFileSync(live, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(text)) + 1

test('the live config of the project has every feature that the site asks for, and no problem', async () => {
  const files = ['.ts', '.ejs'].flatMap((ending) => filesBelow('examples/site', ending))
  const text = files
    .map((name) => readFileSync(join(root, 'examples/site', name), 'utf8'))
    .join('\n')
  const asked = [...text.matchAll(/(?:isEnabled|variant|decide|onlyWith)\('(\w+)'/g)].map(
    ([, name]) => name,
  )
  const shipped = await addressOf(run(join(root, 'config/live.yaml')))
  const html = await (await fetch(`${shipped}/decisions`)).text()
  const known = [...html.matchAll(/<details id="([^"]*)"/g)].map(([, name]) => name)
  expect(asked).toContain('secret_page')
  expect(known).toEqual(expect.arrayContaining(asked))
  expect(seen(html)).toContain('problems 0')
})

describe('the front page', () => {
  test.each<
    [
      Who,
      {
        dark: boolean
        search: 'old' | 'new'
        banner: RegExp | undefined
        layout: string
        secret: boolean
      },
    ]
  >([
    ['', { dark: false, search: 'old', banner: /You again!/, layout: 'list', secret: false }],
    ['walter', { dark: false, search: 'old', banner: undefined, layout: 'list', secret: false }],
    ['gary', { dark: true, search: 'old', banner: /Welcome\./, layout: 'compact', secret: false }],
    ['goldie', { dark: true, search: 'new', banner: /You again!/, layout: 'cards', secret: false }],
    ['ben', { dark: false, search: 'new', banner: undefined, layout: 'list', secret: false }],
    ['emma', { dark: false, search: 'old', banner: undefined, layout: 'list', secret: true }],
  ])('of %p is theirs', async (who, { dark, search, banner, layout, secret }) => {
    const html = await page('/', who)
    expect({
      dark: html.includes('<html lang="en" class="dark">'),
      search: html.includes('new search') ? 'new' : 'old',
      banner: /<p class="banner/.test(html),
      layout: /<ol class="stories (\w+)">/.exec(html)?.[1],
      secret: html.includes('<a href="/secret">Secret page</a>'),
    }).toEqual({ dark, search, banner: banner !== undefined, layout, secret })
    if (banner) expect(seen(html)).toMatch(banner)
  })

  test('finds more with the new search', async () => {
    expect([
      /\d+ stor\w+ for/.exec(await page('/?q=emma', 'goldie'))?.[0],
      /\d+ stor\w+ for/.exec(await page('/?q=emma', 'gary'))?.[0],
    ]).toEqual(['1 story for', '0 stories for'])
  })

  test('tells people who are not signed in how to', async () => {
    expect([
      (await page('/')).includes('Not signed in?'),
      (await page('/', 'gary')).includes('Not signed in?'),
    ]).toEqual([true, false])
  })
})

test('pages of a subreddit and of a link ask about where they are', async () => {
  const pinned = (html: string): boolean => html.includes('Pinned.')
  expect([
    pinned(await page('/r/wtf')),
    pinned(await page('/r/baking')),
    pinned(await page('/comments/kettle')),
  ]).toEqual([true, false, true])
  // The link is bucketed, not its visitor.
  expect(await page('/comments/letters', 'gary')).toContain('<main class="with-side">')
  expect(await page('/comments/letters', 'ben')).toContain('<main class="with-side">')
  expect(await page('/comments/owls', 'gary')).not.toContain('Related')
})

describe('a route behind a feature', () => {
  test.each<[string, Who, string, number]>([
    ['is not there', 'walter', '/secret', 404],
    ['is not there for who only knows the address', 'walter', '/secret?feature=secret_page', 404],
    ['is there for employees', 'emma', '/secret', 200],
  ])('%s: %p asks for %s', async (_, who, path, status) => {
    expect((await visit(path, who)).status).toBe(status)
  })
})

describe('?feature=', () => {
  test.each([
    ['/?feature=layout_cards', 'cards'],
    ['/?feature=layout_compact', 'compact'],
    ['/?feature=layout_as_it_was', 'list'],
    ['/?feature=nonsense&feature=layout_compact&feature=layout_cards', 'compact'],
    ['/?feature[]=layout_cards', 'list'],
  ])('%s shows everyone the layout %s', async (path, layout) => {
    expect(await page(path)).toContain(`<ol class="stories ${layout}">`)
  })

  test('shows as forced among the decisions, and only where the gate is open', async () => {
    expect((await decisionOf('front_page_layout', '', '?feature=layout_cards')).row).toBe(
      'front_page_layout on cards TARGETING_MATCH url forced',
    )
    expect((await decisionOf('secret_page', 'walter', '?feature=secret_page')).row).toBe(
      'secret_page off DEFAULT',
    )
    expect((await decisionOf('secret_page', 'emma', '?feature=secret_page')).row).toBe(
      'secret_page on TARGETING_MATCH url forced',
    )
  })
})

describe('a signed link', () => {
  const made = { feature: 'front_page_layout', variant: 'cards', key: 'demo' }
  const path = (whom: string): string =>
    `/?q=a&liveflag_link=${signLink({ ...made, for: whom, until: Date.now() + 60_000 }, LINK_SECRET)}`

  test('shows an employee the variant, what is forced, and the way out', async () => {
    const first = await visit(path('emma'), 'emma')
    const html = await first.text()
    expect(html).toContain('<ol class="stories cards">')
    expect(seen(html)).toMatch(
      /Forced by link: front_page_layout front_page_layout : cards until .* for emma, by key demo Leave/,
    )
    const [cookie = ''] = first.headers.getSetCookie()[0]?.split(';') ?? []
    const next = async (to: string) =>
      fetch(site + to, { headers: { cookie: `visitor=emma; loid=${LOID}; ${cookie}` } })
    expect(await (await next('/')).text()).toContain('<ol class="stories cards">')
    const [, way = ''] = /href="(\?q=a&amp;liveflag_link=end)"/.exec(html) ?? []
    const left = await next(`/${way.replaceAll('&amp;', '&')}`)
    expect(left.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^liveflag_links=;.*Max-Age=0/),
    ])
    expect(await left.text()).not.toMatch(/stories cards|liveflag-links|link-overlay/)
  })

  test('forces for somebody who is no employee without a word, and for nobody else', async () => {
    const html = await page(path('walter'), 'walter')
    expect(html).toContain('<ol class="stories cards">')
    expect(html).not.toMatch(/liveflag-links|link-overlay/)
    expect(await page(path('walter'), 'ben')).not.toContain('stories cards')
  })
})

describe('choosing who to be', () => {
  const choose = (body: string): Promise<Response> =>
    visit('/visitor', '', { method: 'POST', body: new URLSearchParams(body) })

  test('is kept in a cookie that no script can read, and leads back', async () => {
    const response = await choose('name=goldie&back=/decisions?feature=layout_cards')
    expect([response.status, response.headers.get('location')]).toEqual([
      303,
      '/decisions?feature=layout_cards',
    ])
    expect(response.headers.getSetCookie()).toEqual([
      'visitor=goldie; Path=/; HttpOnly; SameSite=Lax',
    ])
  })

  test.each(['name=', 'name=nobody', 'name=__proto__', 'name=gary&name=ada', 'x=1', ''])(
    'with %p leaves nobody signed in',
    async (body) => {
      const [cookie] = (await choose(body)).headers.getSetCookie()
      expect(cookie).toMatch(/^visitor=;.* Expires=Thu, 01 Jan 1970/)
    },
  )

  test.each([
    'https://elsewhere.example/',
    '//elsewhere.example/',
    '/\\elsewhere.example/',
    'javascript:alert(1)',
    '/a\r\nx: y',
    '',
  ])('never leads to another site: %j', async (back) => {
    expect(
      (await choose(`name=gary&back=${encodeURIComponent(back)}`)).headers.get('location'),
    ).toBe('/')
  })

  test('a stranger has a new loid, and so had the first visitor', async () => {
    const given =
      /^loid=([A-Za-z0-9]{18}); Max-Age=\d+; Path=\/; Expires=.*; HttpOnly; SameSite=Lax$/
    const again = (await choose('anew=yes')).headers
      .getSetCookie()
      .find((cookie) => cookie.startsWith('loid'))
    const [first] = (await fetch(site)).headers.getSetCookie()
    expect([again, first]).toEqual([expect.stringMatching(given), expect.stringMatching(given)])
    expect((await visit('/')).headers.getSetCookie()).toEqual([])
  })
})

describe('the page of decisions', () => {
  test('has a row for every feature, with the reason and the bucket', async () => {
    const names = [...asItWas.matchAll(/^feature_(\w+):/gm)].map(([, name]) => name)
    const html = await page('/decisions', 'goldie')
    expect([...html.matchAll(/<details id="([^"]*)"/g)].map(([, name]) => name)).toEqual(
      names.sort(),
    )
    expect((await decisionOf('dark_mode', 'goldie')).row).toBe('dark_mode on TARGETING_MATCH gold')
    expect((await decisionOf('front_page_layout', 'goldie')).row).toMatch(
      /^front_page_layout on cards SPLIT experiment \d+ of 1000$/,
    )
    expect((await decisionOf('search_v2', 'ben')).row).toMatch(
      /^search_v2 on SPLIT percent_loggedin \d+ of 1000$/,
    )
  })

  test('says why, selector by selector, with the line of each', async () => {
    const { why } = await decisionOf('dark_mode', 'walter')
    const line = lineOf('feature_dark_mode')
    expect(why).toContain(`line ${line + 1} gold passed on user: {`)
    expect(why).toContain(`line ${line + 2} users passed on user: {`)
    expect((await decisionOf('search_v2', 'goldie')).why).toMatch(
      /t2_1bf falls into bucket 37 of 1000: bucket &#60; 250 of 1000: yes/,
    )
  })

  test('opens the row that a link asks for', async () => {
    expect(await page('/decisions?why=dark_mode')).toMatch(/<details id="dark_mode" open>/)
  })

  test('adds no exposure, and the page of exposures has the last 20, the newest first', async () => {
    const exposures = async (): Promise<string[]> => {
      await page('/decisions', 'gary')
      const [, table = ''] = (await page('/exposures', 'gary')).split('<tbody>')
      return [...table.matchAll(/<tr>([^]*?)<\/tr>/g)].map(([, row]) =>
        seen(row).replace(/^\S+ /, ''),
      )
    }
    await page('/', 'gary')
    const before = await exposures()
    expect(before.slice(0, 2)).toEqual([
      expect.stringMatching(/^front_page_layout 4712 compact t2_18c \d+ \d+$/),
      expect.stringMatching(/^welcome_banner 4711 friendly t2_18c \d+ \d+$/),
    ])
    expect(await exposures()).toEqual(before)
    for (let i = 0; i < 12; i++) await page('/', 'goldie')
    expect([(await exposures()).length, (await exposures())[0]]).toEqual([
      20,
      expect.stringContaining('t2_1bf'),
    ])
  })
})

describe('while the file is edited', () => {
  const isAsItWas = async (): Promise<boolean> => {
    const facts = seen(await page('/decisions'))
    return (
      facts.includes('status READY') &&
      facts.includes('problems 0') &&
      (await page('/')).includes('class="header new"')
    )
  }

  afterEach(async () => {
    writeFileSync(live, asItWas)
    await eventually('the site is as it was', isAsItWas)
  })

  test('a page shows the change, without a restart', async () => {
    expect(await page('/')).toContain('class="header new"')
    write('new_header', 'feature_new_header: off')
    await eventually('the old header is back', async () =>
      (await page('/')).includes('class="header old"'),
    )
  })

  test('a broken entry keeps its last good version, the page shows its line, and the other edits are taken', async () => {
    write('dark_mode', 'feature_dark_mode:\n  gold: yes please')
    write('new_header', 'feature_new_header: off')
    await eventually('the rest of the edit is taken', async () =>
      (await page('/', 'goldie')).includes('class="header old"'),
    )
    expect(await page('/', 'goldie')).toContain('<html lang="en" class="dark">')
    expect((await decisionOf('dark_mode', 'goldie')).row).toBe(
      'dark_mode on TARGETING_MATCH gold last good',
    )
    const shown = seen(await page('/decisions'))
    expect(shown).toContain('problems 1')
    expect(shown).toContain(
      `error bad-type in dark_mode gold is text (&#34;yes please&#34;); write true or false, without quotes ${live}:${lineOf('yes please')}:`,
    )
    expect(shown).toContain('its last good version is in force')
  })

  test('a file that is no YAML any more changes nothing, and the page shows the line', async () => {
    writeFileSync(live, asItWas.replace('feature_new_header: on', 'feature_new_header: [on'))
    await eventually('the page is stale', async () =>
      seen(await page('/decisions')).includes('status STALE'),
    )
    const shown = seen(await page('/decisions'))
    expect(shown).toMatch(/error syntax .*:\d+:\d+ · everything stays as it was/)
    expect(await page('/', 'goldie')).toContain('class="header new"')
  })

  test('names and values of the file are shown as text', async () => {
    write(
      'new_header',
      `feature_new_header: off\n"feature_<img src=x onerror=alert(1)>": on\nfeature_bad: { gold: "<script>alert(1)</script>" }`,
    )
    await eventually('the edit is taken', async () =>
      (await page('/')).includes('class="header old"'),
    )
    const html = await page('/decisions')
    expect(html).toContain('&#60;img src=x onerror=alert(1)&#62;')
    expect(html).toContain('&#60;script&#62;alert(1)&#60;/script&#62;')
    expect(html).not.toMatch(/<img src=x|<script/)
    expect(seen(html)).toContain('it never had a good version, so it is off')
  })
})

test('the features are answered over HTTP as well, and the line that is printed asks for one', async () => {
  const printed = run(live)
  await addressOf(printed)
  await eventually('it says how to ask', () => /^curl .*$/m.test(printed.printed))
  const [line = ''] = /^curl .*$/m.exec(printed.printed) ?? []
  const asked = spawn('bash', ['-c', `${line} --silent`])
  const answer = await text(asked.stdout)
  expect(JSON.parse(answer)).toMatchObject({ key: 'dark_mode', value: true })
  const address = /server of its features is at (\S+)\. /.exec(printed.printed)?.[1] ?? ''
  expect((await fetch(`${address}/readyz`)).status).toBe(200)
  printed.child.kill('SIGTERM')
  await printed.ended
})

describe('whatever a visitor sends', () => {
  const hostile = `"><script>alert(1)</script>`
  const asked = encodeURIComponent(hostile)

  test.each([
    `/?q=${asked}`,
    `/decisions?feature=${asked}`,
    `/decisions?why=${asked}`,
    `/nowhere/${asked}?back=${asked}`,
    `/?q[]=${asked}`,
  ])('%s is shown as text', async (path) => {
    expect(await page(path)).not.toMatch(/<script/i)
  })

  test('a cookie is a name that the site knows, or nothing', async () => {
    const html = await (
      await fetch(`${site}/decisions`, {
        headers: { cookie: `visitor=${hostile}; loid=${hostile}` },
      })
    ).text()
    expect(html).toContain('Decisions for <bdi>a visitor who is signed out</bdi>')
    expect(html).not.toMatch(/<script/i)
  })

  test.each([
    '/%',
    '/r/%E0%A4%A',
    '//evil.example/%',
    '/r/__proto__',
    '/comments/constructor',
    '/nowhere',
    '/..%2fserver.ts',
  ])('%s is refused, politely', async (path) => {
    const { status } = await visit(path)
    expect([400, 404]).toContain(status)
  })

  test.each([
    ['too much', 'x'.repeat(5000), 413],
    ['what cannot be read', `name=gary&charset=${'%'}`, 303],
  ])('a form with %s harms nobody', async (_, body, status) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    expect(
      (await fetch(`${site}/visitor`, { method: 'POST', body, headers, redirect: 'manual' }))
        .status,
    ).toBe(status)
  })
})

test('pages carry no script, forbid every other, and are nobody else’s', async () => {
  const response = await visit('/exposures', 'ada')
  const { headers } = response
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self';/)
  expect(headers.get('content-security-policy')).not.toMatch(/script|unsafe|\*/)
  expect([
    headers.get('x-content-type-options'),
    headers.get('cache-control'),
    headers.get('x-powered-by'),
  ]).toEqual(['nosniff', 'private, no-store', null])
  expect(await response.text()).not.toMatch(/<script|\son\w+=|\sstyle=|javascript:/i)
})

test('templates escape whatever they show', () => {
  const templates = filesBelow('examples/site', '.ejs')
  const raw = templates.flatMap(
    (name) =>
      readFileSync(join(root, 'examples/site', name), 'utf8').match(/<%-(?! include\()[^]*?%>/g) ??
      [],
  )
  // What `linkOverlay` returns is HTML, and its own test holds that it escapes.
  expect({ templates: templates.length > 5, raw }).toEqual({
    templates: true,
    raw: ['<%- overlay %>'],
  })
})

describe('the process', () => {
  test('ends on SIGTERM, even while a browser holds a connection open', async () => {
    const told = run(live)
    const agent = new Agent({ keepAlive: true })
    const [response] = (await once(get(await addressOf(told), { agent }), 'response')) as [
      NodeJS.ReadableStream,
    ]
    await once(response.resume(), 'end')
    told.child.kill('SIGTERM')
    expect(await told.ended).toEqual([0, null])
    agent.destroy()
  })

  test.each([
    ['the live config is missing', 'nowhere.yaml', { PORT: '0' }, /^liveflag: .*nowhere\.yaml/m],
    [
      'PORT is no number',
      'live.yaml',
      { PORT: 'http' },
      /^liveflag: PORT is "http"; write a number, or 0 for any free port$/m,
    ],
  ])('ends with one clear line when %s', async (_, config, environment, line) => {
    const told = run(join(folder, config), environment)
    expect(await told.ended).toEqual([1, null])
    expect(told.printed).toMatch(line)
    expect(told.printed).not.toMatch(/^ +at /m)
  })

  test('ends with one clear line when the port is taken', async () => {
    const told = run(live, { PORT: new URL(site).port })
    expect(await told.ended).toEqual([1, null])
    expect(told.printed).toMatch(/^liveflag: .*EADDRINUSE/m)
  })
})
