/**
 * Whether a URL has an `@` behind its host: there a password with a `/`, `?` or `#` of its own ends,
 * whose first part was taken for the host and its port. Its rest would be shown.
 */
export const isTorn = ({ pathname, search, hash }: URL): boolean =>
  `${pathname}${search}${hash}`.includes('@')
