import { readAcks } from '../../../fleet/processes'
import { titleOf } from '../../../sources/source-title'
import type { Fleet, Generations } from './contract'
import type { FleetStore } from './fleet-stores'

/** So many generations back, a process that lags behind is named by its number. */
const LOOKED_AT = 50
const MOST_QUARANTINED = 20

/** Which process has which generation. */
export async function fleetOf(
  { source, store, reader, processes: heard }: FleetStore,
  signal?: AbortSignal,
): Promise<Omit<Fleet, 'stores'>> {
  const acks = await readAcks(store, signal)
  const { generations, staged, hash } = await reader.page({
    limit: LOOKED_AT,
    ...(signal && { signal }),
  })
  const byHash = reader.byHash()
  const processes = heard.hear(acks, { hash, staged, byHash })
  return {
    source,
    title: titleOf(source),
    generation: byHash.get(hash ?? '') ?? null,
    hash: hash ?? null,
    staged: staged ? heard.stagedOf(staged, processes) : null,
    processes,
    quarantined: generations
      .flatMap(({ quarantined }) => quarantined ?? [])
      .filter(({ releasedBy }) => releasedBy === undefined)
      .slice(0, MOST_QUARANTINED),
  }
}

export interface Asked {
  readonly before: number | undefined
  readonly limit: number
}

/** A page of the whole history of a store, whoever published. */
export async function generationsOf(
  { source, reader }: FleetStore,
  { before, limit }: Asked,
  signal: AbortSignal,
): Promise<Omit<Generations, 'stores'>> {
  const page = await reader.page({ limit, signal, ...(before !== undefined && { before }) })
  const { generations, hasMore, isOutside, isEmpty, hash = '' } = page
  const current = reader.byHash().get(hash) ?? null
  return { source, title: titleOf(source), generations, hasMore, isOutside, isEmpty, current }
}
