import type { Features } from '../features'
import type { PromFactory } from './prom-factory'

/** What is in force: how old it is, which content, and what is wrong with it. */
export function watchFeatures(factory: PromFactory, features: Pick<Features, 'snapshot'>): void {
  // Of many workers, the one that is furthest behind is what matters.
  factory.scrapedGauge('staleness', [], () => [[{}, (features.snapshot.ageMs ?? 0) / 1000]], 'max')
  factory.scrapedGauge('configInfo', ['hash', 'status'], () => {
    const { hash, status } = features.snapshot
    return [[{ hash: hash.slice(0, 12), status }, 1]]
  })
  factory.scrapedGauge('problems', ['severity'], () => {
    const { problems } = features.snapshot
    return (['error', 'warning'] as const).map((severity) => [{ severity }, problems.filter((problem) => problem.severity === severity).length])
  }, 'max')
}
