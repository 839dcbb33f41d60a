import type { FastifyInstance } from 'fastify'
import type { Features } from 'liveflag'
import { Orders } from './account/orders'
import { Carts } from './cart/cart'
import { openViews, type Show } from './views'

/** What all pages of one shop share. */
export interface Shop {
  readonly features: Features
  readonly carts: Carts
  readonly orders: Orders
  readonly show: Show
}

/** A group of pages. */
export type Pages = (app: FastifyInstance, shop: Shop) => void

export const openShop = (features: Features, views?: string): Shop => ({
  features,
  carts: new Carts(),
  orders: new Orders(),
  show: openViews(features, views),
})
