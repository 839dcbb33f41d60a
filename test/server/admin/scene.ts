import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServer, type ServerOptions } from '../../../src/server/server'
import { type Features, type FeaturesOptions, file, openFeatures } from '../../../src/index'
import { tempDir } from '../../support/temp-dir'

export const LIVE = `# The live config.
feature_search:
  percent_loggedin: 25
  gold: true
  owner: search
  tags: [ui]
  description: The new search.

# On for everybody.
feature_header: on
feature_banner:
  experiment:
    experiment_id: 4711
    loggedin: true
    variants: { a: 25, b: 25 }
feature_bad: { gold: perhaps }
`

const closing: (() => Promise<void>)[] = []

export async function closeScenes(): Promise<void> {
  for (const close of closing.splice(0)) await close()
}

/**
 * A server of a file that tests may write; `ask` and `send` talk JSON with it. `open`: how the live
 * config is opened, when not by the file alone.
 */
export async function scene(
  options: ServerOptions = {},
  text = LIVE,
  open: (path: string) => Partial<FeaturesOptions> = () => ({}),
  name = 'live.yaml',
) {
  const path = join(tempDir(), name)
  writeFileSync(path, text)
  const features = await openFeatures({ source: file(path, { pollMs: 20 }), ...open(path) })
  features.on('problem', () => undefined)
  closing.push(() => features.close())
  return { path, features, ...(await serving(features, options)) }
}

/** One more server of the same features. */
export async function serving(features: Features, options: ServerOptions = {}) {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const server = await createServer(features, { port: 0, log, ...options })
  closing.unshift(() => server.close())
  const call = (method: string) => async (route: string, body?: unknown) => {
    const answer = await fetch(`${server.url}/api/v1${route}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const said = await answer.text()
    return { status: answer.status, headers: answer.headers, said }
  }
  const get = call('GET')
  return {
    url: server.url,
    close: () => server.close(),
    call,
    /** The JSON at a path, as the caller says it is. */
    ask: async <T>(route: string): Promise<T> => JSON.parse((await get(route)).said) as T,
    post: async <T>(route: string, body: unknown): Promise<T> =>
      JSON.parse((await call('POST')(route, body)).said) as T,
  }
}
