/** Fastify, by the contract of all frameworks. */
import { Readable } from 'node:stream'
import fastify, {
  type FastifyInstance,
  type FastifyPluginCallback,
  type FastifyRequest,
} from 'fastify'
import { memory, openFeatures } from '../../src'
import { decisionsPage, fastifyFeatures, fastifyStickyService } from '../../src/middleware/fastify'
import { frameworkContract } from '../contracts/framework'
import { type App, isStream, maySeeDecisions, userNamed } from '../support/framework-app'
import { startBoth, type SiteOptions } from '../support/listening'

async function site(app: App, options: SiteOptions) {
  const top = fastify({
    http: { maxHeaderSize: 100_000 },
    routerOptions: { ignoreTrailingSlash: true },
  })
  await top.register(
    fastifyFeatures(app.features, {
      ...options,
      user: (request) => userNamed(request.headers['x-user']),
      sticky: { service: (request, reply) => fastifyStickyService(request, reply) },
    }),
  )
  top.setErrorHandler((error, request, reply) =>
    reply.status(500).send(app.failed(error, request.features)),
  )
  const allow = (request: FastifyRequest) => maySeeDecisions(request.headers['x-user'])
  top.get('/decisions', decisionsPage(app.features, { allow }))
  top.get('/undecided', decisionsPage(app.features))
  const routes: FastifyPluginCallback = (inner, _options, done) => {
    inner.all<{ Params: { '*': string } }>('/*', async (request, reply) => {
      const query = new URL(request.originalUrl, 'http://h').searchParams
      const asked = { request: request.features, path: `/${request.params['*']}`, query }
      const body = request.method === 'POST' ? { body: request.body } : {}
      const { headers = {}, body: answer } = (await app.answer({ ...asked, ...body })) ?? {}
      reply.headers(headers)
      if (isStream(answer)) return reply.send(Readable.from(answer))
      return reply.type('application/json').send(JSON.stringify(answer))
    })
    done()
  }
  await top.register(routes)
  await top.register(
    (outer, _options, done) => (outer.register(routes, { prefix: '/inner' }), done()),
    { prefix: '/outer' },
  )
  const url = await top.listen({ port: 0, host: '127.0.0.1' })
  return { url, close: () => top.close() }
}

frameworkContract(() => startBoth(site))

async function opened(text: string, register: (app: FastifyInstance) => unknown) {
  const features = await openFeatures({ source: memory(text) })
  const app = fastify()
  await app.register(fastifyFeatures(features, { user: () => ({ id: 't2_g', name: 'gary' }) }))
  await register(app)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    get: async (path: string): Promise<unknown> => (await fetch(url + path)).json(),
    close: async () => {
      await app.close()
      await features.close()
    },
  }
}

test('hooks before the route and after it are within the request', async () => {
  const { get, close } = await opened('feature_x: { users: [gary] }', (app) =>
    app
      .addHook(
        'preHandler',
        async (request, reply) =>
          void reply.header('x-pre', String(request.features.isEnabled('x'))),
      )
      .addHook('onSend', async (request, reply) =>
        JSON.stringify([reply.getHeader('x-pre'), request.features.isEnabled('x')]),
      )
      .get('/', () => 'replaced'),
  )
  expect(await get('/')).toEqual(['true', true])
  await close()
})

test('an instance that has a member of that name already refuses the plugin', async () => {
  const features = await openFeatures({ source: memory('{}') })
  const app = fastify().decorateRequest('features')
  await expect(app.register(fastifyFeatures(features))).rejects.toThrow('features')
  await features.close()
})
