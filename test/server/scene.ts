import { connect } from 'node:net'
import { Writable } from 'node:stream'
import { type Features, memory, openFeatures } from '../../src/index'
import type { MemorySource } from '../../src/sources/memory'
import { createServer, type LiveflagServer, type ServerOptions } from '../../src/server/server'

export const FEATURES = `
feature_on: on
feature_off: off
feature_text: { default: hello, description: A greeting, client: true }
feature_number: { default: 3 }
feature_share: { default: 0.5 }
feature_object: { default: { a: 1 } }
feature_buy:
  default: grey
  experiment: { status: running, experiment_id: 1, variants: [{ name: blue, weight: 100, value: blue }] }
`

export interface Scene {
  readonly features: Features
  readonly source: MemorySource
  readonly server: LiveflagServer
  /** What was logged, as objects. */
  readonly logged: () => readonly Record<string, unknown>[]
}

const closing: (() => Promise<void>)[] = []

export async function closeServers(): Promise<void> {
  for (const close of closing.splice(0)) await close()
}

/** A server on any free port over some features. */
export async function serve(options: ServerOptions = {}, text = FEATURES): Promise<Scene> {
  const source = memory(text)
  const features = await openFeatures({ source })
  features.on('problem', () => undefined)
  closing.push(() => features.close())
  const lines: string[] = []
  const logTo = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(chunk.toString())
      done()
    },
  })
  const server = await createServer(features, { port: 0, logTo, ...options })
  closing.unshift(() => server.close())
  return {
    features,
    source,
    server,
    logged: () =>
      lines
        .join('')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  }
}

export const post = (
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

/** Sends bytes as they are, and resolves with all that came back when the server has closed. */
export function raw(url: string, text: string): Promise<string> {
  const { port, hostname } = new URL(url)
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect({ port: Number(port), host: hostname }, () => socket.write(text))
    socket.on('data', (chunk) => (answer += chunk.toString()))
    socket.on('close', () => resolve(answer))
    socket.on('error', (error) => (answer === '' ? reject(error) : resolve(answer)))
  })
}
