import type { Questions } from 'liveflag'
import { isFree, type Money, money } from '../text/money'
import type { Cart } from './cart'

const FREE_FROM = money(5000)
const STANDARD = money(490)
const HEAVY = money(990)
const EXPRESS = money(1290)

export type Delivery = 'standard' | 'express'

export const deliveriesFor = (features: Questions, cart: Cart): readonly Delivery[] =>
  features.isEnabled('express_delivery') && cart.grams < 5000
    ? ['standard', 'express']
    : ['standard']

export function shippingOf(
  features: Questions,
  cart: Cart,
  delivery: Delivery = 'standard',
): Money {
  if (cart.isEmpty) return money(0)
  if (delivery === 'express' && features.isEnabled('express_delivery')) return EXPRESS
  if (cart.goods.cents >= FREE_FROM.cents) return money(0)
  return cart.grams > 3000 ? HEAVY : STANDARD
}

/** How much more must be bought for free shipping; undefined when nothing, or when it is not said. */
export function missingForFreeShipping(features: Questions, cart: Cart): Money | undefined {
  const missing = money(Math.max(0, FREE_FROM.cents - cart.goods.cents))
  return (features.isEnabled('free_shipping_banner') && !isFree(missing) && missing) || undefined
}
