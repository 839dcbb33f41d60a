/** A server without a framework. Try `curl -H 'x-user: gary' localhost:3000`. */
import { createServer } from 'node:http'
import { join } from 'node:path'
import { openFeatures } from 'liveflag'
import { nodeFeatures } from 'liveflag/node'

async function main(): Promise<void> {
  const features = await openFeatures({ source: join(__dirname, 'live.yaml') })
  const withFeatures = nodeFeatures(features, {
    // Your session says who it is; a header is enough for an example.
    user: (req) => ({ name: String(req.headers['x-user']) }),
    cacheHeaders: ['X-User'],
  })
  const server = createServer(
    withFeatures((req, res) => {
      res.end(req.features.isEnabled('new_search') ? 'the new search' : 'the old search')
    }),
  )
  server.listen(process.env['PORT'] ?? 3000, () => console.log(server.address()))
}

void main()
