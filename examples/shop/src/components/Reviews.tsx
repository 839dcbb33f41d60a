import { Feature } from 'liveflag/react'
import type { Product } from '../catalog/products'
import { counted } from '../text/words'
import { Stars } from './Stars'

const Summary = ({ count }: { readonly count: number }) => (
  <p>{count === 0 ? 'No reviews yet' : counted(count, 'review')}</p>
)

export function Reviews({ reviews }: Pick<Product, 'reviews'>) {
  return (
    <section className="reviews">
      <h2>Reviews</h2>
      <Feature name="product_rating" fallback={<Summary count={reviews.length} />}>
        <Summary count={reviews.length} />
        <ul>
          {reviews.map(({ by, stars }, n) => (
            <li key={n}>
              {by} <Stars stars={stars} />
            </li>
          ))}
        </ul>
      </Feature>
    </section>
  )
}
