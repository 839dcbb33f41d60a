/* global fetch */
// The frameworks, templates, React and the client, in one bundle. It prints a member for each.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { Eta } from 'eta'
import { bootstrapScript, memory, openFeatures, worldOf } from 'liveflag'
import { createClient } from 'liveflag/client'
import { goLive } from 'liveflag/client-live'
import { expressFeatures } from 'liveflag/express'
import { fastifyFeatures } from 'liveflag/fastify'
import { honoFeatures } from 'liveflag/hono'
import { koaFeatures } from 'liveflag/koa'
import { Feature } from 'liveflag/nest'
import { decisionsPage, nodeFeatures } from 'liveflag/node'
import { FeaturesProvider, useVariant } from 'liveflag/react'
import { etaFeatures } from 'liveflag/templates'
import { testFeatures } from 'liveflag/testing'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server.edge'

const CONFIG = `
feature_on: { users: [gary] }
feature_button:
  client: true
  default: red
  experiment: { experiment_id: b, status: running, variants: [{ name: blue, weight: 100 }] }
`
const user = () => ({ id: 't2_18c', name: 'gary' })
const options = { user }

async function pageOf(features) {
  const page = decisionsPage(features, { allow: () => true })
  const server = createServer(nodeFeatures(features, options)(page)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const answer = await fetch(`http://127.0.0.1:${server.address().port}/`)
  const text = await answer.text()
  server.close()
  server.closeAllConnections()
  return `${answer.status} ${/<title>(.*)<\/title>/.exec(text)[1]}`
}

const state = (questions) => (questions.isEnabled('on') ? 'on' : 'off')

/** Each middleware with as much of its framework as it asks. */
async function frameworks(features) {
  const said = {}
  const req = { headers: {}, originalUrl: '/' }
  expressFeatures(features, options)(
    req,
    { locals: {} },
    () => (said.express = state(req.features)),
  )
  const ctx = { req, res: {}, state: {}, originalUrl: '/' }
  await koaFeatures(features, options)(ctx, async () => (said.koa = state(ctx.features)))
  const vars = {}
  const c = {
    req: { url: 'http://h/', header: () => undefined },
    set: (name, value) => (vars[name] = value),
  }
  await honoFeatures(features, options)(c, async () => (said.hono = state(vars.features)))
  const hooks = {}
  const app = { decorateRequest() {}, addHook: (name, hook) => (hooks[name] = hook) }
  await fastifyFeatures(features, options)(app)
  const request = { headers: {}, originalUrl: '/' }
  hooks.onRequest(request, {}, () => (said.fastify = state(request.features)))
  try {
    Feature('on')
  } catch (error) {
    said.nest = error.code
  }
  return said
}

const Button = () => createElement('i', null, useVariant('button'))

async function main() {
  const features = await openFeatures({ source: memory(CONFIG, { format: 'yaml' }) })
  const { express, fastify, hono, koa, nest } = await frameworks(features)
  const request = features.for(worldOf({ user: user() }))
  const client = createClient(request.bootstrap(), { events: false })
  const test = testFeatures({ button: 'red' })
  test.setVariant('button', 'blue')
  const tree = createElement(FeaturesProvider, { features: client }, createElement(Button))
  console.log(
    JSON.stringify({
      node: await pageOf(features),
      ...{ express, fastify, hono, koa, nest },
      eta: etaFeatures(new Eta(), features).renderString("<b><%= it.variant('button') %></b>", {
        features: request,
      }),
      react: renderToString(tree),
      client: bootstrapScript(request.bootstrap()).includes('blue') ? client.variant('button') : '',
      live: typeof goLive,
      testing: test.variant('button'),
    }),
  )
  await Promise.all([features.close(), test.close()])
}
main().catch((error) => {
  console.error(error)
  process.exit(1)
})
