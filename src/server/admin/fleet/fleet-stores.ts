import type { Features } from '../../../engine/features'
import { HistoryReader } from '../../../fleet/history-reader'
import type { KeyStore } from '../../../sources/key-store'
import { titleOf } from '../../../sources/source-title'
import { BadEdit } from '../edits/prepare'
import type { StoreName } from './contract'
import { HeardProcesses } from './heard-processes'

/** A store that a source reads, with what is remembered of it. */
export interface FleetStore {
  readonly source: string
  readonly store: KeyStore
  readonly reader: HistoryReader
  readonly processes: HeardProcesses
}

/** The stores that the features are read from, by the names of their sources. */
export class FleetStores {
  private readonly known = new Map<string, FleetStore>()

  constructor(private readonly features: Pick<Features, 'snapshot' | 'store'>) {}

  all(): readonly FleetStore[] {
    return this.features.snapshot.sources.flatMap(({ name }) => this.find(name) ?? [])
  }

  /** What each is called. */
  names(): readonly StoreName[] {
    return this.all().map(({ source }) => ({ source, title: titleOf(source) }))
  }

  /**
   * @param source null: the first one
   * @throws {BadEdit} where there is none
   */
  of(source: string | null): FleetStore {
    const found = source === null ? this.all()[0] : this.find(source)
    if (found) return found
    throw new BadEdit(
      404,
      'not_found',
      'no source of this name is in a store; those that are have generations and processes',
    )
  }

  /** A source that was opened again has another store. */
  private find(source: string): FleetStore | undefined {
    if (!this.features.snapshot.sources.some(({ name }) => name === source)) return undefined
    const store = this.features.store(source)
    const known = this.known.get(source)
    if (store === undefined || known?.store === store) return store && known
    const found = {
      ...{ source, store, reader: new HistoryReader(store), processes: new HeardProcesses() },
    }
    this.known.set(source, found)
    return found
  }
}
