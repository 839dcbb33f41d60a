import type { Bill } from '../cart/prices'
import type { Line } from '../cart/cart'

export interface Order {
  readonly id: string
  readonly session: string
  readonly lines: readonly Line[]
  readonly bill: Bill
  readonly payment: string
}

/** All orders, the newest first. */
export class Orders {
  private readonly all: Order[] = []

  place(order: Omit<Order, 'id'>): Order {
    const placed = { id: `o${this.all.length + 1}`, ...order }
    this.all.unshift(placed)
    return placed
  }

  of(session: string): readonly Order[] {
    return this.all.filter((order) => order.session === session)
  }

  find(id: string): Order | undefined {
    return this.all.find((order) => order.id === id)
  }

  everyone(): readonly Order[] {
    return this.all
  }

  pointsOf(session: string): number {
    return this.of(session).reduce((sum, { bill }) => sum + bill.points, 0)
  }
}
