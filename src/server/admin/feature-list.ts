import { createHash } from 'node:crypto'
import { inSlices } from '../../runtime/time-slice'
import { performance } from '../../runtime/timers'
import { TaggedText } from '../compression'
import { tagOf } from '../etag'
import type { FeatureList } from './contract'
import type { Dashboard } from './dashboard'

/** A list is as it was for this time, so that many pages cost as much as one. */
const LIST_FOR_MS = 500

interface Latest {
  readonly generation: number
  readonly text: Promise<TaggedText>
  /** Undefined while it is being written. */
  doneAt?: number
}

/** Writes the list of all features, in slices, once for all who ask at about the same time. */
export class FeatureLists {
  private latest: Latest | undefined

  constructor(
    private readonly dashboard: Pick<Dashboard, 'context' | 'rows' | 'reaches' | 'populations'>,
  ) {}

  text(): Promise<TaggedText> {
    const { generation } = this.dashboard.context.features.content
    const { latest } = this
    if (latest?.generation === generation && isFresh(latest)) return latest.text
    const next: Latest = { generation, text: inSlices(this.write(generation)) }
    this.latest = next
    next.text.then(
      () => (next.doneAt = performance.now()),
      () => (this.latest = undefined),
    )
    return next.text
  }

  /** Row by row: thousands at once would hold up the process. */
  private *write(generation: number): Generator<void, TaggedText> {
    const { rows, reaches, populations } = this.dashboard
    const hash = createHash('sha256')
    const written: string[] = []
    yield* rows.forEach((row) => {
      const text = JSON.stringify(row)
      hash.update(text)
      written.push(text)
    })
    const head: Omit<FeatureList, 'features'> = {
      generation,
      population: populations.simulated.info,
      isComputing: reaches.isComputing,
    }
    yield
    const start = JSON.stringify(head).slice(0, -1)
    return new TaggedText(`${start},"features":[${written.join(',')}]}`, tagOf(hash.update(start)))
  }
}

const isFresh = ({ doneAt }: Latest): boolean =>
  doneAt === undefined || performance.now() - doneAt < LIST_FOR_MS
