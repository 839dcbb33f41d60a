import { PREFIX } from '../text/entry'
import type { Dialect } from './dialect'

/** Liveflag's own kind: each key that begins with `feature_` is a feature. */
export const liveflag: Dialect = {
  name: 'liveflag',
  isKindOf: () => true,
  read: (parsed) => ({
    ...parsed,
    dialect: 'liveflag',
    parsed,
    replaced: parsed.replaced?.filter(({ key }) => key.startsWith(PREFIX)) ?? [],
    features: () => parsed.entries.filter(({ key }) => key.startsWith(PREFIX)),
  }),
}
