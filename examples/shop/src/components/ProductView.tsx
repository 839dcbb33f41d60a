import type { Questions } from 'liveflag'
import { useFeature } from 'liveflag/react'
import { missingForFreeShipping } from '../cart/shipping'
import type { Cart } from '../cart/cart'
import type { Product } from '../catalog/products'
import { canOrder, stockBadge } from '../catalog/stock'
import { shownPrice } from '../text/money'
import { BuyButton } from './BuyButton'
import { PriceTag } from './PriceTag'
import { Related } from './Related'
import { Reviews } from './Reviews'

interface Props {
  readonly features: Questions
  readonly product: Product
  readonly cart: Cart
}

export function ProductView({ features, product, cart }: Props) {
  const hasBanner = useFeature('free_shipping_banner')
  const missing = missingForFreeShipping(features, cart)
  const badge = stockBadge(features, product)
  return (
    <main className="product">
      {hasBanner && missing && (
        <p className="banner">{shownPrice(features, missing)} more, and shipping is free.</p>
      )}
      <h1>{product.title}</h1>
      <PriceTag features={features} price={product.price} />
      {badge !== undefined && <span className="badge">{badge}</span>}
      <BuyButton id={product.id} canOrder={canOrder(features, product)} />
      <Reviews reviews={product.reviews} />
      <Related features={features} product={product} />
    </main>
  )
}
