/** Renders templates with the real engines, for a visitor of whom a feature is known. */
import ejs from 'ejs'
import { Eta } from 'eta'
import handlebars from 'handlebars'
import { Liquid } from 'liquidjs'
import mustache from 'mustache'
import nunjucks from 'nunjucks'
import pug from 'pug'
import * as templates from '../../../src/templates/templates'

/** The answers of feature `x`, which is forced; any other is off. */
export const answersAs = (as: string): { isEnabled: unknown; variant: unknown } & object => ({
  isEnabled: (name: string) => name === 'x' && as !== 'off' && as !== 'control_1',
  variant: (name: string) => (name === 'x' && as !== 'on' && as !== 'off' ? as : undefined),
})

type Render = (template: string, data: object) => string

const nunjucksOf = (): nunjucks.Environment => {
  const environment = new nunjucks.Environment(null)
  templates.nunjucksFeatures(environment)
  return environment
}

const handlebarsOf = (): typeof handlebars => {
  const own = handlebars.create()
  templates.handlebarsFeatures(own)
  own.registerHelper({
    eq: (a, b) => a === b,
    not: (a) => !a,
    and: (a, b) => a && b,
    or: (a, b) => a || b,
  })
  return own
}

const liquidOf = (): Liquid => {
  const engine = new Liquid()
  templates.liquidFeatures(engine)
  return engine
}

/** By the ending of a template. */
export const renderers: Readonly<Record<string, Render>> = {
  ejs: (template, data) => templates.ejsFeatures(ejs).render(template, data),
  eta: (template, data) => templates.etaFeatures(new Eta()).renderString(template, data),
  njk: (template, data) => nunjucksOf().renderString(template, data),
  hbs: (template, data) => handlebarsOf().compile(template)(data),
  liquid: (template, data) => liquidOf().parseAndRenderSync(template, data) as string,
  mustache: (template, data) => templates.mustacheFeatures(mustache).render(template, data),
  pug: (template, data) => templates.pugFeatures(pug).render(template, data),
}
