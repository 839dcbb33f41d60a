import { type Money, money } from '../text/money'
import type { Cart } from './cart'

const PAPER = money(150)
const RIBBON = money(90)

/** Large things need two sheets of paper. */
const sheetsFor = (grams: number): number => (grams > 1500 ? 2 : 1)

export function wrappingOf(cart: Cart): Money {
  const sheets = cart.lines.reduce(
    (sum, { product, count }) => sum + sheetsFor(product.grams) * count,
    0,
  )
  return money(sheets * PAPER.cents + RIBBON.cents)
}

export const wrappingText = (cart: Cart): string =>
  cart.count === 1 ? 'Wrapped as a gift' : `Wrapped as ${cart.count} gifts`
