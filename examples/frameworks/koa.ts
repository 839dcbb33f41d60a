/** Koa. Try `curl -H 'x-user: gary' localhost:3000`. */
import { join } from 'node:path'
import Koa from 'koa'
import { openFeatures } from 'liveflag'
import { koaFeatures } from 'liveflag/koa'

async function main(): Promise<void> {
  const features = await openFeatures({ source: join(__dirname, 'live.yaml') })
  const app = new Koa()
  app.use(
    koaFeatures(features, {
      // Your session says who it is; a header is enough for an example.
      user: (ctx) => ({ name: ctx.get('x-user') }),
      cacheHeaders: ['X-User'],
    }),
  )
  app.use((ctx) => {
    ctx.body = ctx.features.isEnabled('new_search') ? 'the new search' : 'the old search'
  })
  const server = app.listen(process.env['PORT'] ?? 3000, () => console.log(server.address()))
}

void main()
