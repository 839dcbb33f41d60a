import fastify, { type FastifyInstance } from 'fastify'
import type { Features } from 'liveflag'
import { accountPages } from './pages/account'
import { cartPages } from './pages/cart'
import { checkoutPages } from './pages/checkout'
import { frontPages } from './pages/front'
import { productPages } from './pages/product'
import { type Pages, openShop } from './shop'
import { recogniseVisitors } from './visitor'

const PAGES: readonly Pages[] = [frontPages, productPages, cartPages, checkoutPages, accountPages]

/** @param views the folder of the views; default `views` of the working directory */
export function createApp(features: Features, views?: string): FastifyInstance {
  const app = fastify()
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )
  recogniseVisitors(app, features)
  const shop = openShop(features, views)
  for (const pages of PAGES) pages(app, shop)
  app.setNotFoundHandler((_request, reply) => shop.show(reply.code(404), 'not-found.njk'))
  return app
}
