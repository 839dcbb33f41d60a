/** Hono. Try `curl -H 'x-user: gary' localhost:3000`. */
import { fileURLToPath } from 'node:url'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { openFeatures } from 'liveflag'
import { honoFeatures } from 'liveflag/hono'

const source = fileURLToPath(new URL('live.yaml', import.meta.url))
const features = await openFeatures({ source })
const app = new Hono()
app.use(
  honoFeatures(features, {
    // Your session says who it is; a header is enough for an example.
    user: (c) => ({ name: String(c.req.header('x-user')) }),
    cacheHeaders: ['X-User'],
  }),
)
app.get('/', (c) =>
  c.text(c.var.features.isEnabled('new_search') ? 'the new search' : 'the old search'),
)
const port = Number(process.env['PORT'] ?? 3000)
serve({ fetch: app.fetch, port }, (address) => console.log(address))
