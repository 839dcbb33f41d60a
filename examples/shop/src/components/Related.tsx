import type { Questions } from 'liveflag'
import { classOf, recommendationsFor } from '../catalog/recommendations'
import type { Product } from '../catalog/products'
import { ProductCard } from './ProductCard'

export function Related({
  features,
  product,
}: {
  readonly features: Questions
  readonly product: Product
}) {
  const related = recommendationsFor(features, product)
  if (!related) return null
  return (
    <section className={classOf(related.layout)}>
      <h2>Like this one</h2>
      {related.products.map((other) => (
        <ProductCard key={other.id} features={features} product={other} />
      ))}
    </section>
  )
}
