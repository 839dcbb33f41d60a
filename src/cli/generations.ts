import { momentOf } from '../analysis/asked-figures'
import { LiveflagError } from '../core/errors'
import { type Generation, generation as readGeneration, history } from '../fleet/history'
import type { HistoryEntry } from '../sources/fleet-records'
import type { KeyStore } from '../sources/key-store'
import { isStoreUrl, openKeyStore } from '../sources/open-key-store'
import { counted } from './output'

/** `redis://cache/0?key=live@12`: a text that a store had before. */
export interface GenerationName {
  /** Of the store. */
  readonly url: string
  /** A number, or a time. */
  readonly which: string
}

/**
 * A number or a time after the last @; one among the hosts belongs to a login, also among those of a
 * URL in the query.
 */
const NAMED =
  /^([a-z][a-z\d+.-]*:(?:(?!\/\/)[^@]*|\/\/[^/?#]*[/?#].*))@(\d+(?:[a-z]+|-[\dtz:.+-]*)?)$/i

/** Reads the URL of a store with `@12` or `@2026-11-01` behind it; undefined of anything else. */
export function generationNamed(url: string): GenerationName | undefined {
  const [, store, which] = NAMED.exec(url) ?? []
  if (store === undefined || which === undefined || !isStoreUrl(store)) return undefined
  return { url: store, which }
}

/** The text of the generation that is named. `name`: for messages; `key`: of the store, which may say a format. */
export async function readNamed(
  { url, which }: GenerationName,
  now: number,
): Promise<{ readonly name: string; readonly key: string; readonly text: string }> {
  const store = openKeyStore(url)
  try {
    const number = /^\d+$/.test(which)
      ? Number(which)
      : inForceAt(momentOf('@', which, now), await publishedIn(store)).generation
    const { text } = await entryOf(store, number)
    return { name: `${store.name}@${number}`, key: store.name, text }
  } finally {
    await store.close()
  }
}

/**
 * An entry of the history.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, with the numbers that there are
 */
export async function entryOf(
  store: KeyStore,
  number: number,
  written = String(number),
): Promise<HistoryEntry> {
  const isNumber = Number.isSafeInteger(number) && number > 0
  const entry = isNumber ? await readGeneration(store, number) : undefined
  if (entry) return entry
  const { generations } = await history(store)
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `${store.name} has no generation ${written}; ${thereAre(generations.map((one) => one.generation))}`,
  )
}

/** `it has generations 3 to 12, 14`: old ones may have been removed. */
const thereAre = (newestFirst: readonly number[]): string =>
  newestFirst.length === 0
    ? 'nothing was published there with liveflag'
    : `it has generation${newestFirst.length === 1 ? '' : 's'} ${rangesOf(newestFirst)}`

const MOST_RANGES = 10

/** `3 to 12, 14` of numbers that fall. */
export function rangesOf(falling: readonly number[]): string {
  const ranges: [number, number][] = []
  for (const number of falling) {
    const last = ranges.at(-1)
    if (last && last[0] === number + 1) last[0] = number
    else ranges.push([number, number])
  }
  const shown = ranges
    .slice(0, MOST_RANGES)
    .reverse()
    .map(([from, to]) => (from === to ? String(to) : `${from} to ${to}`))
  return [...(ranges.length > MOST_RANGES ? ['older ones'] : []), ...shown].join(', ')
}

/** What was in force once, the newest first. */
export interface Published {
  /** Of the store. */
  readonly name: string
  readonly generations: readonly Generation[]
  /** What is to be known of them, as sentences. */
  readonly remarks: readonly string[]
}

/** The generations that were in force, and not those that were taken back, or never got that far. */
export async function publishedIn(store: KeyStore): Promise<Published> {
  const { name, generations, isOutside } = await history(store)
  const published = generations.filter(({ state }) => state === 'in force' || state === 'replaced')
  const taken = generations.filter(({ state }) => state === 'staged' || state === 'withdrawn')
  const numbers = taken.map(({ generation }) => generation)
  return {
    name,
    generations: published,
    remarks: [
      ...(taken.length > 0
        ? [
            `${counted(taken.length, 'generation')} that only some processes had, in stages, ${taken.length === 1 ? 'is' : 'are'} not asked: ${rangesOf(numbers)}`,
          ]
        : []),
      ...(isOutside
        ? ['another tool has written the text since the last generation; when is not known']
        : []),
    ],
  }
}

/**
 * The generation that was in force at a time.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION
 */
export function inForceAt(then: number, { name, generations }: Published): Generation {
  const found = generations.find(({ at }) => at <= then)
  if (found) return found
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `${name} has no generation of ${new Date(then).toISOString()}: ${oldestOf(generations)}`,
  )
}

/** From when on there is a history. */
export function oldestOf(newestFirst: readonly Generation[]): string {
  const oldest = newestFirst.at(-1)
  return oldest
    ? `generation ${oldest.generation} of ${new Date(oldest.at).toISOString()} is the oldest that it has`
    : 'nothing was published there with liveflag'
}
