/** Express. Try `curl -H 'x-user: gary' localhost:3000`. */
import { join } from 'node:path'
import express from 'express'
import { openFeatures } from 'liveflag'
import { expressFeatures } from 'liveflag/express'

async function main(): Promise<void> {
  const features = await openFeatures({ source: join(__dirname, 'live.yaml') })
  const app = express()
  app.use(
    expressFeatures(features, {
      // Your session says who it is; a header is enough for an example.
      user: (req) => ({ name: String(req.get('x-user')) }),
      cacheHeaders: ['X-User'],
    }),
  )
  app.get('/', (req, res) => {
    res.send(req.features.isEnabled('new_search') ? 'the new search' : 'the old search')
  })
  const server = app.listen(process.env['PORT'] ?? 3000, () => console.log(server.address()))
}

void main()
