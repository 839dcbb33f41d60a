import { join } from 'node:path'
import type { FastifyReply } from 'fastify'
import type { Features } from 'liveflag'
import { nunjucksFeatures } from 'liveflag/templates'
import nunjucks from 'nunjucks'
import { type Money, shownPrice } from './text/money'
import { counted } from './text/words'

export type Show = (reply: FastifyReply, view: string, data?: object) => FastifyReply

/** @param folder where the views are */
export function openViews(features: Features, folder = join(process.cwd(), 'views')): Show {
  const environment = new nunjucks.Environment(new nunjucks.FileSystemLoader(folder), {
    autoescape: true,
    throwOnUndefined: false,
  })
  nunjucksFeatures(environment, features)
  environment.addFilter('price', (price: Money) => shownPrice(features, price))
  environment.addFilter('counted', counted)
  return (reply, view, data = {}) => {
    const { request } = reply
    const html = environment.render(view, {
      features: request.features,
      account: request.account,
      themeClass: themeClass(features),
      ...data,
    })
    return reply.type('text/html; charset=utf-8').send(html)
  }
}

const THEMES = { light: 'theme-light', dark: 'theme-dark' } as const

const themeClass = (features: Features): string =>
  THEMES[features.isEnabled('dark_theme') ? 'dark' : 'light']
