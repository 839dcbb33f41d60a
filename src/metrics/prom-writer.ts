import type { BufferedWriter } from '../recording/writer'
import type { PromFactory } from './prom-factory'

const OUTCOMES = ['received', 'written', 'dropped', 'refused'] as const

/** A writer of records: what waits, and what became of the rest. */
export function watchWriter(factory: PromFactory, writer: Pick<BufferedWriter, 'stats'>): void {
  factory.scrapedGauge('writerQueue', ['place'], () => {
    const { buffered, spilled } = writer.stats
    return [[{ place: 'memory' }, buffered], [{ place: 'spill' }, spilled]]
  })
  factory.scrapedCounter('writerRows', ['outcome'], () => {
    const { stats } = writer
    return OUTCOMES.map((outcome) => [{ outcome }, stats[outcome]])
  })
  factory.scrapedCounter('writerFailures', [], () => [[{}, writer.stats.failures]])
}
