import { type Product, products } from './products'

/** The search of the first shop: a product whose title has the text, in the order of the catalog. */
export function classicSearch(text: string): readonly Product[] {
  const wanted = text.trim().toLowerCase()
  return wanted === '' ? [] : products.filter(({ title }) => title.toLowerCase().includes(wanted))
}
