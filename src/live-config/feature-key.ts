/** What the key of a feature begins with; the rest is its name. */
export const PREFIX = 'feature_'

/** The member that says whose problem it is; nothing for keys that are no feature's. */
export function ofFeature(key: string | undefined): { readonly feature?: string } {
  return key?.startsWith(PREFIX) ? { feature: key.slice(PREFIX.length) } : {}
}
