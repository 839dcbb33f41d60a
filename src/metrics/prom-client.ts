import type * as PromClient from 'prom-client'
import { LiveflagError } from '../core/errors'

export type PromClientPackage = typeof PromClient

/** An optional package: only who makes these metrics loads it. */
export function loadPromClient(): PromClientPackage {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded on use, and at once: import() would hide that it is missing until the first scrape
    return require('prom-client') as PromClientPackage
  } catch (cause) {
    throw new LiveflagError('LIVEFLAG_MISSING_PACKAGE', 'promMetrics needs the package prom-client, which cannot be loaded; run npm install prom-client', { cause })
  }
}
