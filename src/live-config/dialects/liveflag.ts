import { type Entry, type Parsed, PREFIX } from '../text/entry'
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
    features: () => featuresOf(parsed),
  }),
}

/** One by one, so that who compiles them can pause: a text may have 200,000. */
function* featuresOf({ entries }: Parsed): Generator<Entry> {
  for (const entry of entries) if (entry.key.startsWith(PREFIX)) yield entry
}
