/* global fetch */
// `npm run test:next`: installs examples/next, gives it the package as npm would pack it, builds it,
// asks it over HTTP and stops it. Next is large, so nothing else installs it.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from './build.mjs'
import { ensureInstalled, root } from './ensure-installed.mjs'

const app = join(root, 'examples', 'next')
const next = join(app, 'node_modules', 'next', 'dist', 'bin', 'next')
const live = join(app, 'live.yaml')
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' }
const PATIENCE_MS = 20_000

/** What npm would install; its dependencies are found further up, in those of this project. */
function installPackage() {
  const place = join(app, 'node_modules', 'liveflag')
  rmSync(place, { recursive: true, force: true })
  mkdirSync(place)
  for (const part of ['package.json', 'dist', 'config'])
    cpSync(join(root, part), join(place, part), { recursive: true })
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}

async function start() {
  const port = await freePort()
  const child = spawn(process.execPath, [next, 'start', '-H', '127.0.0.1', '-p', String(port)], {
    cwd: app,
    env,
  })
  const server = { url: `http://127.0.0.1:${port}`, printed: '', child }
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (server.printed += text))
  await eventually('it answers', () =>
    fetch(server.url).then(
      () => true,
      () => false,
    ),
  )
  return server
}

async function eventually(what, holds) {
  const until = Date.now() + PATIENCE_MS
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`not in ${PATIENCE_MS} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const as = (name) => ({ headers: { cookie: `session=${name}; loid=abc` } })

async function check(server) {
  const { url } = server
  const text = async (path, init) => (await fetch(url + path, init)).text()

  // A server component, for two visitors.
  match(await text('/', as('gary')), /<h1>The new search<\/h1>/)
  match(await text('/', as('walter')), /<h1>The old search<\/h1>/)

  // A client component has its variant in the HTML already, and the browser gets the same answers.
  const pages = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => text('/', as(name))))
  const words = pages.map((page) => /<button>(\w+)<\/button>/.exec(page)?.[1])
  deepEqual([...new Set(words)].sort(), ['Buy', 'Order'])
  const variants = pages.map((page) => /variant\\?":\\?"(buy|order)/.exec(page)?.[1])
  deepEqual(
    variants,
    words.map((word) => word?.toLowerCase()),
  )
  for (const page of pages) ok(!page.includes('new_search'), 'a feature that is not for clients')

  // The exposure that the page sends counts, and one that is made up does not.
  const token = /exposure\\?":\\?"([^"\\]+)/.exec(pages[0])?.[1]
  const send = (sent) =>
    fetch(`${url}/events`, { method: 'POST', body: JSON.stringify({ events: [{ token: sent }] }) })
  equal((await send('made up')).status, 204)
  equal((await send(token)).status, 204)
  await eventually('the exposure is recorded', () =>
    server.printed.includes(`exposure: buy_button ${variants[0]} t2_a`),
  )
  equal(server.printed.match(/exposure: buy_button/g).length, 1)

  // A route handler, and the proxy before the pages.
  const answer = await fetch(`${url}/api/layout`, as('gary'))
  match((await answer.json()).layout, /^(cards|list|control_\d)$/)
  equal(answer.headers.get('cache-control'), 'private, no-store')
  match(await text('/', as('emma')), /The second front page/)
  match(await text('/?feature=front_v2', as('gary')), /The second front page/)

  // An edit is in force without a build or a restart, for pages and for the proxy.
  const before = readFileSync(live, 'utf8')
  try {
    writeFileSync(live, before.replace('users: [gary]', 'users: [walter]'))
    await eventually('the edit is in force', async () =>
      (await text('/', as('walter'))).includes('The new search'),
    )
    match(await text('/', as('gary')), /The old search/)
  } finally {
    writeFileSync(live, before)
  }
}

await build()
ensureInstalled(app)
installPackage()
await promisify(execFile)(process.execPath, [next, 'build'], { cwd: app, env }).catch((error) => {
  process.stderr.write(`${error.stdout}${error.stderr}`)
  process.exit(1)
})
const server = await start()
try {
  await check(server)
  process.stdout.write('examples/next: it builds, answers, and takes an edit\n')
} catch (error) {
  process.stderr.write(`${server.printed}\n${error.stack.slice(0, 4000)}\n`)
  process.exitCode = 1
} finally {
  server.child.kill()
}
