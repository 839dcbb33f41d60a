import type { Questions } from 'liveflag'
import type { Product } from '../catalog/products'
import { ProductCard } from './ProductCard'

export function CardList({
  features,
  products,
}: {
  readonly features: Questions
  readonly products: readonly Product[]
}) {
  return (
    <div className="cards">
      {products.map((product) => (
        <ProductCard key={product.id} features={features} product={product} />
      ))}
    </div>
  )
}
