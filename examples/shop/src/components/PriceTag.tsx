import type { Questions } from 'liveflag'
import { type Money, shownPrice } from '../text/money'

export function PriceTag({
  features,
  price,
}: {
  readonly features: Questions
  readonly price: Money
}) {
  return <span className="price">{shownPrice(features, price)}</span>
}
