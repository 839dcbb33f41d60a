import type { Questions } from 'liveflag'
import { inDepartment, type Product, starsOf } from './products'

export interface Recommendations {
  readonly layout: 'grid' | 'carousel'
  readonly products: readonly Product[]
}

/** How each layout looks: its class, and how many products it has room for. */
const LAYOUTS = {
  grid: { className: 'related related--grid', room: 4 },
  carousel: { className: 'related related--carousel', room: 8 },
} as const

export const classOf = (layout: keyof typeof LAYOUTS): string => LAYOUTS[layout].className

export function recommendationsFor(
  features: Questions,
  product: Product,
): Recommendations | undefined {
  switch (features.getStringValue('related_products', 'none')) {
    case 'grid':
      return { layout: 'grid', products: alike(product).slice(0, LAYOUTS.grid.room) }
    case 'carousel':
      return {
        layout: 'carousel',
        products: byStars(alike(product)).slice(0, LAYOUTS.carousel.room),
      }
    default:
      return undefined
  }
}

const alike = (product: Product): readonly Product[] =>
  inDepartment(product.department).filter((other) => other !== product)

const byStars = (list: readonly Product[]): readonly Product[] =>
  [...list].sort((one, other) => (starsOf(other) ?? 0) - (starsOf(one) ?? 0))
