import type { Questions } from 'liveflag'
import { Feature } from 'liveflag/react'
import { type Product, starsOf } from '../catalog/products'
import { stockBadge } from '../catalog/stock'
import { PriceTag } from './PriceTag'
import { Stars } from './Stars'

export function ProductCard({
  features,
  product,
}: {
  readonly features: Questions
  readonly product: Product
}) {
  const badge = stockBadge(features, product)
  const stars = starsOf(product)
  return (
    <article className="card">
      <h3>
        <a href={`/products/${product.id}`}>{product.title}</a>
      </h3>
      <Feature name="product_rating">
        {stars === undefined ? null : <Stars stars={stars} />}
      </Feature>
      <PriceTag features={features} price={product.price} />
      {badge !== undefined && <span className="badge">{badge}</span>}
    </article>
  )
}
