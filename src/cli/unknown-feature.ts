import type { Features } from '../features'
import { didYouMean } from '../live-config/suggest'

/** What to say of a name that the live config does not have. */
export function unknownFeature(name: string, path: string, { snapshot }: Features): string {
  const meant = didYouMean(name.replace(/^feature_/, ''), [...snapshot.names, ...snapshot.rejected])
  return `${path} has no feature_${name}${meant === undefined ? '' : `; did you mean ${meant}?`}`
}
