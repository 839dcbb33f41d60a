import type { Questions } from 'liveflag'

const SYMBOLS = { EUR: '€', USD: '$', GBP: '£' } as const

export type Currency = keyof typeof SYMBOLS

/** An amount in the smallest unit of its currency. */
export interface Money {
  readonly cents: number
  readonly currency: Currency
}

export const money = (cents: number, currency: Currency = 'EUR'): Money => ({ cents, currency })

export const plus = (one: Money, other: Money): Money =>
  money(one.cents + other.cents, one.currency)

export const times = (one: Money, count: number): Money => money(one.cents * count, one.currency)

export const total = (all: readonly Money[]): Money => all.reduce(plus, money(0))

export const isFree = ({ cents }: Money): boolean => cents === 0

/** `€12.50` */
function symbolFirst({ cents, currency }: Money): string {
  return `${SYMBOLS[currency]}${(cents / 100).toFixed(2)}`
}

/** `12,50 EUR`, as the first shop wrote it. */
function codeLast({ cents, currency }: Money): string {
  const whole = Math.trunc(cents / 100)
  const rest = String(Math.abs(cents % 100)).padStart(2, '0')
  return `${groups(whole)},${rest} ${currency}`
}

/** `1.234.567` */
const groups = (whole: number): string => String(whole).replace(/\B(?=(\d{3})+$)/g, '.')

export const shownPrice = (features: Questions, price: Money): string =>
  features.isEnabled('new_price_format') ? symbolFirst(price) : codeLast(price)
