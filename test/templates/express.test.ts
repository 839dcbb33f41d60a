/** The engines as an Express application wires them: `app.engine`, `res.render`, files of views. */
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ejs from 'ejs'
import express, { type Express } from 'express'
import handlebars from 'handlebars'
import { Liquid } from 'liquidjs'
import mustache from 'mustache'
import nunjucks from 'nunjucks'
import pug from 'pug'
import { type Features, memory, openFeatures } from '../../src/index'
import { expressFeatures } from '../../src/middleware/express'
import {
  ejsFeatures,
  handlebarsFeatures,
  liquidFeatures,
  mustacheFeatures,
  nunjucksFeatures,
  pugFeatures,
} from '../../src/templates/templates'

const folder = mkdtempSync(join(tmpdir(), 'liveflag-views-'))
afterAll(() => rmSync(folder, { recursive: true }))

let features: Features
beforeAll(async () => {
  features = await openFeatures({
    source: memory(
      `feature_for_gary: { users: [gary] }
feature_motto: { rules: [{ force: '<script>' }], default: '' }`,
      { format: 'yaml' },
    ),
  })
})
afterAll(() => features.close())

/** How each engine is wired, in the words of its page in the docs. */
const WIRINGS: readonly {
  readonly name: string
  readonly view: string
  readonly wire: (app: Express, features: Features) => unknown
}[] = [
  {
    name: 'EJS',
    view: '<%= isEnabled("for_gary") ? "mine" : "not mine" %> <%= value("motto", "") %>',
    // Express passes a callback, so the promise of the other form is not returned.
    // eslint-disable-next-line @typescript-eslint/no-misused-promises
    wire: (app) => app.engine('view', ejsFeatures(ejs, features).renderFile),
  },
  {
    name: 'Pug',
    view: 'if isEnabled("for_gary")\n  | mine #{value("motto", "")}\nelse\n  | not mine #{value("motto", "")}',
    wire: (app) => app.engine('view', pugFeatures(pug, features).renderFile),
  },
  {
    name: 'Nunjucks',
    view: '{% feature "for_gary" %}mine{% else %}not mine{% endfeature %} {{ value("motto", "") }}',
    wire: (app) => nunjucksFeatures(nunjucks.configure(folder, { express: app }), features),
  },
  {
    name: 'Handlebars',
    view: '{{#feature "for_gary"}}mine{{else}}not mine{{/feature}} {{value "motto" ""}}',
    wire: (app) => {
      const own = handlebars.create()
      handlebarsFeatures(own, features)
      app.engine('view', (path, data, done) => {
        done(null, own.compile(readFileSync(path, 'utf8'))(data))
      })
    },
  },
  {
    name: 'LiquidJS',
    view: '{% feature "for_gary" %}mine{% else %}not mine{% endfeature %} {{ "motto" | value: "" }}',
    wire: (app) => {
      const engine = new Liquid({ outputEscape: 'escape' })
      liquidFeatures(engine, features)
      app.engine('view', engine.express())
    },
  },
  {
    name: 'Mustache',
    view: '{{#feature.for_gary}}mine{{/feature.for_gary}}{{^feature.for_gary}}not mine{{/feature.for_gary}} {{value.motto}}',
    wire: (app) => {
      const { render } = mustacheFeatures(mustache, features)
      app.engine('view', (path, data, done) => {
        done(null, render(readFileSync(path, 'utf8'), data))
      })
    },
  },
]

test.each(WIRINGS)(
  '$name renders for the visitor of each request',
  async ({ name, view, wire }) => {
    writeFileSync(join(folder, `${name}.view`), view)
    const app = express().set('views', folder).set('view engine', 'view')
    wire(app, features)
    app.use(
      expressFeatures(features, {
        user: (req) => ({ id: req.path, name: req.path.slice(1) }),
      }),
    )
    app.get('/:who', (_req, res) => res.render(`${name}.view`))
    const server = app.listen(0)
    await once(server, 'listening')
    try {
      const url = `http://localhost:${(server.address() as AddressInfo).port}`
      const pages = await Promise.all(
        ['gary', 'ada', 'gary'].map(async (who) => (await fetch(`${url}/${who}`)).text()),
      )
      const escaped = '&lt;script&gt;'
      expect(pages).toEqual([`mine ${escaped}`, `not mine ${escaped}`, `mine ${escaped}`])
    } finally {
      server.closeAllConnections()
      server.close()
    }
  },
)
