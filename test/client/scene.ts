/** A site with the client in its page: a real file, a real store, a real server. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { build } from 'esbuild'
import express, { type Express, type Response } from 'express'
import { createDecider, exposureRecorder, sqliteStore } from '../../src/decide/decide'
import {
  bootstrapScript,
  type Exposure,
  type Features,
  file,
  openFeatures,
  type Questions,
} from '../../src/index'
import { exposureHandler } from '../../src/middleware/browser'
import { expressFeatures } from '../../src/middleware/express'
import { requestHandler } from '../../src/server/server'
import { root } from '../house/files'
import { tempDir } from '../support/temp-dir'

/** What a page must survive in a value. */
const MOTTO = '</script><!--"\u2028&lt;'

/** `share`: how many of a hundred get green. */
export const liveConfig = (share = 50): string =>
  JSON.stringify({
    feature_button: {
      client: true,
      experiment: {
        status: 'running',
        experiment_id: 7,
        variants: [
          { name: 'green', weight: share },
          { name: 'blue', weight: 100 - share },
        ],
      },
    },
    feature_motto: { client: true, default: MOTTO },
    feature_internal: { users: ['gary'] },
  })

/** What the page shows. The server and the browser draw it by the same function. */
function draw(variant: string | undefined, motto: string): string {
  const text = motto.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<p>${text}</p><button class="${variant ?? ''}">Buy in ${variant ?? ''}</button>`
}

const STYLES = `
  button { font: 20px serif; color: white; border: 0; padding: 10px }
  .green { background: green }
  .blue { background: blue; padding: 40px }`

/** In the browser: draws the page anew from the client, and says when it has. */
const SCRIPT = `
  import { createClient } from './src/client/client'
  import { goLive } from './src/client/client-live'
  ${draw.toString()}
  const { events, live, quiet } = JSON.parse(document.documentElement.dataset.options)
  const features = createClient(undefined, { events })
  const show = () => {
    document.getElementById('app').innerHTML = draw(features.variant('button'), features.value('motto', ''))
  }
  if (!quiet) show()
  features.subscribe(show)
  Object.assign(globalThis, { features, end: live && goLive(features, live), isReady: true })`

export interface PageOptions {
  /** The policy of the page; `NONCE` in it is the nonce of the response. */
  readonly policy?: string
  /** Whether the bootstrap is a script with a nonce. Default: a block of JSON. */
  readonly hasNonce?: boolean
  /** Draws a variant in the place of what was decided. */
  readonly drawn?: string
  /** The page draws nothing and asks nothing by itself. */
  readonly quiet?: boolean
  /** Where exposures go. */
  readonly events?: string
  /** Of `goLive`. */
  readonly live?: object
}

export interface Scene {
  readonly url: string
  readonly features: Features
  /** Writes the live config, as an edit of the file does. */
  edit(text: string): void
  /** The bodies of beacons that came. */
  readonly beacons: readonly string[]
  /** The rows of the database, as any program reads them. */
  exposures(): Promise<unknown>
  /** Holds back the page's script until it is called. */
  holdScript(): () => void
  /** Takes the server away, connections included, and brings it back on the same port. */
  goAway(): Promise<void>
  comeBack(): Promise<void>
  close(): Promise<void>
}

let bundled: Promise<string> | undefined
async function script(): Promise<string> {
  const stdin = { contents: SCRIPT, resolveDir: root }
  const { outputFiles } = await build({
    ...{ stdin, bundle: true, write: false, platform: 'browser', absWorkingDir: root },
  })
  return outputFiles[0]?.text ?? ''
}

export async function openScene(options: PageOptions = {}): Promise<Scene> {
  const folder = tempDir()
  const [live, records] = [join(folder, 'live.json'), join(folder, 'records.db')]
  writeFileSync(live, liveConfig())
  let record = (_exposure: Exposure): unknown => undefined
  const features = await openFeatures({
    source: file(live),
    onExposure: (exposure) => record(exposure),
  })
  const decider = createDecider({ features, store: sqliteStore(records) })
  record = exposureRecorder(decider.writer, { source: 'client' })
  const flags = requestHandler(features, { decider, logLevel: 'silent' })
  const site = new Site(features, options, await (bundled ??= script()))
  site.app.use('/flags', flags)
  await site.listen()
  return {
    url: site.url,
    features,
    edit: (text) => writeFileSync(live, text),
    beacons: site.beacons,
    exposures: async () => {
      await decider.writer.written()
      return rowsIn(records)
    },
    holdScript: () => site.holdScript(),
    goAway: () => site.close(),
    comeBack: () => site.listen(),
    close: async () => {
      await site.close()
      await flags.close()
      await decider.close()
      await features.close()
    },
  }
}

function rowsIn(path: string): unknown {
  // It is made for the first row.
  if (!existsSync(path)) return []
  const database = new BetterSqlite3(path, { readonly: true })
  const rows = database
    .prepare('select unit, experiment, variant, source from liveflag_exposures order by unit')
    .raw()
    .all()
  database.close()
  return rows
}

const userOf = (id: unknown) => (typeof id === 'string' ? { id } : undefined)

/** The application of whoever uses the package. */
class Site {
  readonly app: Express = express()
  readonly beacons: string[] = []
  private server = createServer(this.app)
  private port = 0
  private held: Promise<void> | undefined

  constructor(
    features: Features,
    private readonly options: PageOptions,
    private readonly scriptText: string,
  ) {
    const { app } = this
    app.use('/events', express.text({ type: '*/*' }), (req, _res, next) => {
      this.beacons.push(String(req.body))
      next()
    })
    app.post('/events', exposureHandler(features))
    app.use(expressFeatures(features, { user: (req) => userOf(req.query['user']) }))
    app.get('/', (req, res) => this.page(req.features, res))
    app.get('/bootstrap', (req, res) => void res.json(req.features.bootstrap()))
    app.get('/app.css', (_req, res) => res.type('css').send(STYLES))
    app.get('/app.js', async (_req, res) => {
      await this.held
      res.type('js').send(this.scriptText)
    })
    app.get('/elsewhere', (_req, res) => res.send('<title>Elsewhere</title>'))
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async listen(): Promise<void> {
    this.server = createServer(this.app).listen(this.port, '127.0.0.1')
    await once(this.server, 'listening')
    this.port = (this.server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    this.server.close()
    this.server.closeAllConnections()
    await once(this.server, 'close')
  }

  holdScript(): () => void {
    let release = (): void => undefined
    this.held = new Promise((resolve) => (release = resolve))
    return release
  }

  /** The page decides nothing for itself: `decide` records nothing, the browser reports. */
  private page(request: Questions, res: Response): void {
    const { policy, hasNonce, drawn, ...forPage } = this.options
    const nonce = randomBytes(16).toString('base64')
    if (policy !== undefined)
      res.set('Content-Security-Policy', policy.replace('NONCE', `'nonce-${nonce}'`))
    const variant = drawn ?? request.decide('button').variant
    const motto = request.getStringValue('motto', '')
    const options = JSON.stringify(forPage).replaceAll('"', '&quot;')
    const bootstrap = bootstrapScript(request.bootstrap(), hasNonce ? { nonce } : {})
    res.send(`<!doctype html><html data-options="${options}"><title>Shop</title>
      <link rel="stylesheet" href="/app.css"><div id="app">${draw(variant, motto)}</div>
      <a href="/elsewhere">Elsewhere</a>${bootstrap}
      <script src="/app.js"${hasNonce ? ` nonce="${nonce}"` : ''}></script></html>`)
  }
}
