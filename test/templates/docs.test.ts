/** The pages of docs/templates: their examples run, and their table of versions is true. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { transformSync } from '@swc/core'
import ejs from 'ejs'
import { Eta } from 'eta'
import handlebars from 'handlebars'
import { Liquid } from 'liquidjs'
import mustache from 'mustache'
import nunjucks from 'nunjucks'
import pug from 'pug'
import * as React from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { type Features, memory, openFeatures, type Questions, worldOf } from '../../src/index'
import * as components from '../../src/react/react'
import * as templates from '../../src/templates/templates'
import { filesBelow, root } from '../house/files'
import { codeWords, fencesOf, rowsOf } from '../house/markdown'

const FOLDER = 'docs/templates'
const README = `${FOLDER}/README.md`

/** The block of a page in this language. */
const blockOf = (page: string, language: string): string =>
  fencesOf(`${FOLDER}/${page}`).find(({ info }) => info === language)?.text ?? ''

type Render = (template: string, features: Features, request: Questions) => string

/** Each page: the language of its template, and how it is rendered. */
const PAGES: Readonly<Record<string, readonly [language: string, render: Render]>> = {
  'ejs.md': [
    'ejs',
    (text, features, request) =>
      templates.ejsFeatures(ejs, features).render(text, { features: request }),
  ],
  'pug.md': [
    'pug',
    (text, features, request) =>
      templates.pugFeatures(pug, features).render(text, { features: request }),
  ],
  'eta.md': [
    'eta',
    (text, features, request) =>
      templates.etaFeatures(new Eta(), features).renderString(text, { features: request }),
  ],
  'nunjucks.md': [
    'njk',
    (text, features, request) => {
      const environment = new nunjucks.Environment(null)
      templates.nunjucksFeatures(environment, features)
      return environment.renderString(text, { features: request })
    },
  ],
  'handlebars.md': [
    'hbs',
    (text, features, request) => {
      const own = handlebars.create()
      templates.handlebarsFeatures(own, features)
      return own.compile(text)({ features: request })
    },
  ],
  'liquid.md': [
    'liquid',
    (text, features, request) => {
      const engine = new Liquid({ outputEscape: 'escape' })
      templates.liquidFeatures(engine, features)
      return engine.parseAndRenderSync(text, { features: request }) as string
    },
  ],
  'mustache.md': [
    'mustache',
    (text, features, request) =>
      templates.mustacheFeatures(mustache, features).render(text, { features: request }),
  ],
  'react.md': ['tsx', (text, _, request) => renderToStaticMarkup(homeOf(text, request))],
}

/** The component `Home` of a block of TSX, with its provider. */
function homeOf(text: string, request: Questions): React.ReactElement {
  const { code } = transformSync(text, {
    jsc: { parser: { syntax: 'typescript', tsx: true }, target: 'es2022' },
    module: { type: 'commonjs' },
  })
  const exported: { Home?: React.FunctionComponent } = {}
  const load = (): unknown => components
  runInNewContext(code, { require: load, exports: exported, React })
  if (!exported.Home) throw new Error('the block exports no Home')
  return React.createElement(
    components.FeaturesProvider,
    { features: request },
    React.createElement(exported.Home),
  )
}

/** What a browser makes of white space between elements. */
const laidOut = (html: string): string => html.replace(/\s+/g, ' ').replace(/>\s+</g, '><').trim()

let features: Features
beforeAll(async () => {
  features = await openFeatures({
    source: memory(blockOf('README.md', 'yaml'), { format: 'yaml' }),
  })
})
afterAll(() => features.close())

test('each page has its example here', () => {
  const pages = filesBelow(FOLDER, '.md').filter((page) => page !== 'README.md')
  expect(Object.keys(PAGES).sort()).toEqual(pages)
})

test.each(Object.entries(PAGES))('the example of %s prints what the page says', (page, example) => {
  const [language, render] = example
  const request = features.for(worldOf({ user: { id: 't2_beef', name: 'gary' } }))
  const template = blockOf(page, language)
  expect(template).not.toBe('')
  expect(laidOut(render(template, features, request))).toBe(laidOut(blockOf(page, 'html')))
})

const rows = rowsOf(README, 'engine')

test('each page is in the table of versions', () => {
  const linked = rows.map(([engine = '']) => /\((\w+\.md)\)/.exec(engine)?.[1] ?? '')
  expect([...new Set(linked)].sort()).toEqual(Object.keys(PAGES).sort())
})

test.each(rows)('%s is tested with the version that the table names', (_, name, tested) => {
  const [folder = ''] = codeWords(name)
  const { version } = JSON.parse(
    readFileSync(join(root, 'node_modules', folder, 'package.json'), 'utf8'),
  ) as { version: string }
  expect(tested).toBe(version.split('.').slice(0, 2).join('.'))
})
