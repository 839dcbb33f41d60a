import { type Product, productOf } from '../catalog/products'
import { type Money, times, total } from '../text/money'

export interface Line {
  readonly product: Product
  readonly count: number
}

const MOST_OF_ONE = 20

/** What a visitor wants to buy. */
export class Cart {
  private readonly counts = new Map<string, number>()
  coupon: string | undefined
  isGift = false

  get lines(): readonly Line[] {
    return [...this.counts].flatMap(([id, count]) => {
      const product = productOf(id)
      return product ? [{ product, count }] : []
    })
  }

  get count(): number {
    return this.lines.reduce((sum, { count }) => sum + count, 0)
  }

  get goods(): Money {
    return total(this.lines.map(({ product, count }) => times(product.price, count)))
  }

  get grams(): number {
    return this.lines.reduce((sum, { product, count }) => sum + product.grams * count, 0)
  }

  get isEmpty(): boolean {
    return this.counts.size === 0
  }

  add(product: Product, count = 1): void {
    const now = this.counts.get(product.id) ?? 0
    this.counts.set(product.id, Math.min(now + count, MOST_OF_ONE))
  }

  remove(id: string): void {
    this.counts.delete(id)
  }

  clear(): void {
    this.counts.clear()
    this.coupon = undefined
    this.isGift = false
  }
}

/** The carts of all visitors, by their session. */
export class Carts {
  private readonly all = new Map<string, Cart>()

  of(session: string): Cart {
    const cart = this.all.get(session) ?? new Cart()
    this.all.set(session, cart)
    return cart
  }
}
