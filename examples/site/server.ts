/**
 * `npm start`: opens the live config, serves the site, answers over HTTP beside it, and tells each change as it takes effect.
 */
import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { type Exposure, type Features, file, lastGood, openFeatures, type Problem } from 'liveflag'
import { createServer as createFlagServer, Evaluations, type LiveflagServer } from 'liveflag/server'
import { demoDecider } from './demo'
import { createSite } from './site'

const SHOWN_EXPOSURES = 20

async function main(): Promise<void> {
  const exposures: Exposure[] = []
  const evaluations = new Evaluations()
  const features = await openFeatures({
    onMetric: evaluations,
    // So that a start while the file is broken answers like the process before it.
    source: lastGood(file(process.argv[2] ?? 'config/live.yaml'), '.cache/last-good'),
    onExposure: (exposure) => {
      exposures.unshift(exposure)
      exposures.length = Math.min(exposures.length, SHOWN_EXPOSURES)
    },
  })
  tellChanges(features)
  const linkKeys = process.env['LIVEFLAG_LINK_KEYS'] ?? `demo=${randomBytes(24).toString('hex')}`
  const server = createServer(createSite(features, exposures, linkKeys))
  const port = process.env['PORT'] ?? '3000'
  const address = await listen(server, port)
  console.log('A link that shows emma the cards, before anybody else has them:')
  console.log(
    `LIVEFLAG_LINK_KEYS=${linkKeys} node dist/cli/main.js link front_page_layout cards \\`,
  )
  console.log(`  --for emma --url ${address}`)
  const flags = await answer(features, evaluations, process.env['API_PORT'] ?? next(port))
  endOnSignal(server, flags, features)
}

const next = (port: string): string => (port === '0' ? port : String(Number(port) + 1))

/** The same live config for whoever is not Node. What it records, it forgets when it ends. */
async function answer(
  features: Features,
  evaluations: Evaluations,
  port: string,
): Promise<LiveflagServer> {
  const decider = demoDecider(features)
  const server = await createFlagServer(features, {
    port: Number(port),
    logLevel: 'error',
    evaluations,
    decider,
  })
  const { names } = features.snapshot
  const name = names.find((one) => one === 'dark_mode') ?? names[0] ?? 'dark_mode'
  const url = `${server.url}/ofrep/v1/evaluate/flags/${encodeURIComponent(name)}`
  console.log(`The server of its features is at ${server.url}. Ask it:`)
  console.log(`curl -X POST ${url} -d '{"context": {"user": {"name": "gary"}}}'`)
  return {
    url: server.url,
    close: async () => {
      await server.close()
      await decider.close()
    },
  }
}

function tellChanges(features: Features): void {
  features.on('change', ({ generation, changed, added, removed }) => {
    const names = [
      ...changed,
      ...added.map((name) => `+${name}`),
      ...removed.map((name) => `-${name}`),
    ]
    console.log(`generation ${generation}: ${names.join(', ')}`)
  })
  features.on('problem', (problem) =>
    console.log(`${problem.severity}: ${placeOf(problem)}${problem.message}`),
  )
}

const placeOf = ({ source, line, column }: Problem): string => {
  const place = [source, line, column].filter((part) => part !== undefined).join(':')
  return place && `${place}: `
}

async function listen(server: Server, port: string): Promise<string> {
  if (!/^\d{1,5}$/.test(port))
    throw new Error(`PORT is ${JSON.stringify(port)}; write a number, or 0 for any free port`)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(Number(port), resolve)
  })
  const address = server.address()
  const bound = typeof address === 'object' && address ? address.port : port
  const site = `http://localhost:${bound}/`
  console.log(`The site is at ${site} and its decisions at ${site}decisions`)
  return site
}

/** Lets the requests that are under way end, and then ends. */
function endOnSignal(server: Server, flags: LiveflagServer, features: Features): void {
  const end = (): void => {
    void flags.close()
    server.close(() => void features.close())
    server.closeIdleConnections()
    // A browser may hold a connection open for longer than anyone wants to wait.
    setTimeout(() => server.closeAllConnections(), 1000).unref()
  }
  process.once('SIGTERM', end).once('SIGINT', end)
}

main().catch((error: unknown) => {
  console.error(`liveflag: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
})
