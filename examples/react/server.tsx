/** React on both sides. Start it, open two windows, and edit live.yaml. */
import { join } from 'node:path'
import { build } from 'esbuild'
import express from 'express'
import { bootstrapScript, openFeatures } from 'liveflag'
import { exposureHandler } from 'liveflag/browser'
import { createClient } from 'liveflag/client'
import { expressFeatures } from 'liveflag/express'
import { FeaturesProvider } from 'liveflag/react'
import { requestHandler } from 'liveflag/server'
import { renderToString } from 'react-dom/server'
import { App } from './app'

const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'"

async function main(): Promise<void> {
  const features = await openFeatures({
    source: process.argv[2] ?? join(__dirname, 'live.yaml'),
    onExposure: ({ feature, variant, unit }) => console.log(`${unit} saw ${feature}: ${variant}`),
  })
  const script = await bundled()
  const app = express()
  app.get('/page.js', (_req, res) => void res.type('js').send(script))
  // What pages report, and the stream that says that something has changed.
  app.post('/events', exposureHandler(features))
  app.use('/flags', requestHandler(features, { protocols: ['ofrep'], logLevel: 'error' }))
  // Your session says who it is; the address is enough for an example.
  app.use(expressFeatures(features, { user: (req) => userNamed(req.query['user']) }))
  app.get('/bootstrap', (req, res) => void res.json(req.features.bootstrap()))
  app.get('/', (req, res) => {
    const bootstrap = req.features.bootstrap()
    // The server renders from what the browser gets. It records nothing: the page reports what it shows.
    const client = createClient(bootstrap, { events: false })
    const html = renderToString(
      <FeaturesProvider features={client}>
        <App />
      </FeaturesProvider>,
    )
    res.set({ 'Content-Security-Policy': POLICY, 'Cache-Control': 'private, no-store' })
    res.send(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>
<div id="app">${html}</div>${bootstrapScript(bootstrap)}<script src="/page.js"></script></html>`)
  })
  const server = app.listen(process.env['PORT'] ?? 3000, () => console.log(server.address()))
}

async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(__dirname, 'page.tsx')],
    bundle: true,
    minify: true,
    write: false,
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  return outputFiles[0]?.text ?? ''
}

const userNamed = (name: unknown) =>
  typeof name === 'string' ? { id: `t2_${name}`, name } : undefined

void main()
