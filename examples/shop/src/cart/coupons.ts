import type { Questions } from 'liveflag'
import { type Money, money } from '../text/money'
import type { Cart } from './cart'

interface Coupon {
  readonly percent: number
  /** Goods must cost this much at least. */
  readonly from: Money
}

const COUPONS: Readonly<Record<string, Coupon>> = {
  SPRING10: { percent: 10, from: money(2000) },
  GARDEN25: { percent: 25, from: money(10_000) },
}

export const isCoupon = (code: string): boolean => Object.hasOwn(COUPONS, code)

export function discountOf(features: Questions, cart: Cart): Money {
  if (!features.isEnabled('coupon_codes')) return money(0)
  const coupon = COUPONS[cart.coupon ?? '']
  if (!coupon || cart.goods.cents < coupon.from.cents) return money(0)
  return money(-Math.floor((cart.goods.cents * coupon.percent) / 100))
}

/** What to say of a code that was entered. */
export function couponMessage(cart: Cart): string | undefined {
  const code = cart.coupon
  if (code === undefined) return undefined
  const coupon = COUPONS[code]
  if (!coupon) return `${code} is no code of ours.`
  return cart.goods.cents < coupon.from.cents
    ? `${code} needs a larger cart.`
    : `${code} takes ${coupon.percent} % off.`
}
