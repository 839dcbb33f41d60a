/** Fastify. Try `curl -H 'x-user: gary' localhost:3000`. */
import { join } from 'node:path'
import fastify from 'fastify'
import { openFeatures } from 'liveflag'
import { fastifyFeatures } from 'liveflag/fastify'

async function main(): Promise<void> {
  const features = await openFeatures({ source: join(__dirname, 'live.yaml') })
  const app = fastify()
  await app.register(
    fastifyFeatures(features, {
      // Your session says who it is; a header is enough for an example.
      user: (request) => ({ name: String(request.headers['x-user']) }),
      cacheHeaders: ['X-User'],
    }),
  )
  app.get('/', (request) =>
    request.features.isEnabled('new_search') ? 'the new search' : 'the old search',
  )
  await app.listen({ port: Number(process.env['PORT'] ?? 3000) })
  console.log(app.server.address())
}

void main()
