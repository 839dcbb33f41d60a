/** `/openapi.json` is valid, and true: each answer is as its schema says. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv2020 from 'ajv/dist/2020'
import { tempDir } from '../support/temp-dir'
import { closeServers, post, serve } from './scene'

afterEach(closeServers)

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
  readonly components: { readonly schemas: object }
}
interface Described {
  readonly operationId: string
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >
}

/** It is made of modules, which a test cannot require. */
const VALIDATOR = require.resolve('@seriousme/openapi-schema-validator/bin/validate-api-cli.js')

const documentOf = async (url: string): Promise<Document> =>
  (await (await fetch(`${url}/openapi.json`)).json()) as Document

test('it is a valid document of OpenAPI 3.1', async () => {
  const { server } = await serve()
  const file = join(tempDir(), 'openapi.json')
  writeFileSync(file, JSON.stringify(await documentOf(server.url)))
  const said = execFileSync(process.execPath, [VALIDATOR, file], { encoding: 'utf8' })
  expect(JSON.parse(said)).toEqual({ valid: true })
})

test('every operation has an id of its own', async () => {
  const { server } = await serve()
  const { paths } = await documentOf(server.url)
  const ids = Object.values(paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  )
  expect(ids.length).toBeGreaterThan(10)
  expect(new Set(ids).size).toBe(ids.length)
})

const events = [
  { type: 'conversion', event_id: 'e1', name: 'buy', unit: 'u1' },
  { type: 'exposure', unit: 'u1', experiment: 'e', variant: 'a' },
  {},
]

test.each([
  ['get', '/healthz', undefined, 200],
  ['get', '/healthcheck', undefined, 200],
  ['get', '/readyz', undefined, 200],
  ['get', '/status', undefined, 200],
  ['get', '/openfeature/v0/manifest', undefined, 200],
  ['get', '/openapi.json', undefined, 200],
  ['post', '/decide', { flag_key: 'buy', subject_id: 'u1' }, 200],
  ['post', '/decide', { flag_key: 'nope', subject_id: 'u1' }, 200],
  ['post', '/decide', { flag_key: 'buy' }, 400],
  ['post', '/decide/batch', { flag_keys: ['buy', 'on'], subject_id: 'u1' }, 200],
  ['post', '/events', { events }, 200],
  ['post', '/events', { events: [{}] }, 400],
  ['post', '/ofrep/v1/evaluate/flags', {}, 200],
  ['post', '/ofrep/v1/evaluate/flags', { context: [] }, 400],
] as const)('%s %s of %j answers %i, as the document says', async (method, path, body, status) => {
  const { server } = await serve()
  const { paths, components } = await documentOf(server.url)
  const answer =
    method === 'post' ? await post(server.url + path, body) : await fetch(server.url + path)
  expect(answer.status).toBe(status)
  const schema = paths[path]?.[method]?.responses[status]?.content?.['application/json']?.schema
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  const isAsSaid = ajv.compile({ ...schema, components })
  const json: unknown = await answer.json()
  expect([isAsSaid(json), isAsSaid.errors]).toEqual([true, null])
})
