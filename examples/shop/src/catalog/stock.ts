import type { Questions } from 'liveflag'
import type { Product } from './products'

export type Availability = 'sold-out' | 'few' | 'plenty'

export const availabilityOf = ({ stock }: Product): Availability =>
  stock === 0 ? 'sold-out' : stock < 5 ? 'few' : 'plenty'

const TEXTS: Readonly<Record<Availability, string>> = {
  'sold-out': 'Sold out',
  few: 'Only a few left',
  plenty: 'In stock',
}

/** The badge beside a product, or undefined where there is none. */
export function stockBadge(features: Questions, product: Product): string | undefined {
  const availability = availabilityOf(product)
  if (availability === 'sold-out') return TEXTS['sold-out']
  if (!features.isEnabled('stock_badge') || availability === 'plenty') return undefined
  return TEXTS[availability]
}

/** What was sold out can be ordered for later by those who see how much is left. */
export const canOrder = (features: Questions, product: Product): boolean =>
  product.stock > 0 || (features.isEnabled('stock_badge') && product.grams < 500)
