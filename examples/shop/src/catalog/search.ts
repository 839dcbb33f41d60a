import type { Questions } from 'liveflag'
import { classicSearch } from './classic-search'
import type { Product } from './products'
import { wordSearch } from './word-search'

export interface Found {
  readonly products: readonly Product[]
  readonly page: number
  readonly pages: number
  readonly hint: string | undefined
}

export function search(features: Questions, text: string, page = 1): Found {
  const all = features.isEnabled('search_v2') ? wordSearch(text) : classicSearch(text)
  const size = features.getNumberValue('page_size', 12)
  const pages = Math.max(1, Math.ceil(all.length / size))
  const current = Math.min(Math.max(1, page), pages)
  return {
    products: all.slice((current - 1) * size, current * size),
    page: current,
    pages,
    hint: all.length > 0 ? undefined : hintFor(features, text),
  }
}

function hintFor(features: Questions, text: string): string {
  if (!features.isEnabled('search_v2')) {
    return `Nothing is called “${text}”. Try a part of a name.`
  }
  return `Nothing fits “${text}”. Try fewer words.`
}
