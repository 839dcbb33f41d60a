import { distance, wordsOf } from '../text/words'
import { type Product, products } from './products'

/** The words of each product, found once. */
const index: readonly { readonly product: Product; readonly words: readonly string[] }[] =
  products.map((product) => ({
    product,
    words: [...wordsOf(product.title), product.department],
  }))

/** Words of five letters and more may have one mistake. */
const isLike = (word: string, wanted: string): boolean =>
  word.startsWith(wanted) || (wanted.length >= 5 && distance(word, wanted) <= 1)

/** Products that have every word of the text, those that have them in their title first. */
export function wordSearch(text: string): readonly Product[] {
  const wanted = wordsOf(text)
  if (wanted.length === 0) return []
  const found = index.filter(({ words }) =>
    wanted.every((one) => words.some((word) => isLike(word, one))),
  )
  const inTitle = ({ title }: Product): number =>
    wanted.filter((one) => wordsOf(title).some((word) => isLike(word, one))).length
  return found.map(({ product }) => product).sort((one, other) => inTitle(other) - inTitle(one))
}
