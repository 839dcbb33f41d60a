import type { Questions } from 'liveflag'
import { levelOf } from '../account/loyalty'
import type { Cart } from '../cart/cart'

export interface Payment {
  readonly id: string
  readonly text: string
}

const CARD: Payment = { id: 'card', text: 'Card' }
const TRANSFER: Payment = { id: 'transfer', text: 'Bank transfer' }
const INVOICE: Payment = { id: 'invoice', text: 'Invoice, 14 days' }

/** Customers whom we know may pay later. */
export function paymentsFor(features: Questions, cart: Cart, points: number): readonly Payment[] {
  const payments = [CARD, TRANSFER]
  const isKnown = features.isEnabled('loyalty_points') && levelOf(points) !== 'bronze'
  if (isKnown && cart.goods.cents < 50_000) payments.push(INVOICE)
  return payments
}

export const paymentOf = (payments: readonly Payment[], id: string): Payment | undefined =>
  payments.find((payment) => payment.id === id)
