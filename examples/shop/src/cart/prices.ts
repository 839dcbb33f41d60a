import type { Questions } from 'liveflag'
import { pointsFor } from '../account/loyalty'
import { isFree, type Money, total } from '../text/money'
import type { Cart } from './cart'
import { discountOf } from './coupons'
import { wrappingOf, wrappingText } from './gift-wrap'
import { type Delivery, shippingOf } from './shipping'

export interface Row {
  readonly text: string
  readonly amount: Money
}

export interface Bill {
  readonly rows: readonly Row[]
  readonly total: Money
  readonly points: number
}

export function billOf(features: Questions, cart: Cart, delivery: Delivery = 'standard'): Bill {
  const rows: Row[] = [{ text: 'Goods', amount: cart.goods }]
  const discount = discountOf(features, cart)
  if (!isFree(discount)) rows.push({ text: `Code ${cart.coupon}`, amount: discount })
  const wrapping = wrappingRow(features, cart)
  if (wrapping) rows.push(wrapping)
  rows.push({ text: 'Shipping', amount: shippingOf(features, cart, delivery) })
  const { points = 0 } = features.isEnabled('loyalty_points')
    ? { points: pointsFor(cart.goods) }
    : {}
  return { rows, total: total(rows.map(({ amount }) => amount)), points }
}

function wrappingRow(features: Questions, cart: Cart): Row | undefined {
  if (!features.isEnabled('gift_wrap')) return undefined
  return cart.isGift ? { text: wrappingText(cart), amount: wrappingOf(cart) } : undefined
}
