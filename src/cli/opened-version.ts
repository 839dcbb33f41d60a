import type { Problem } from '../core/problem'
import type { Features } from '../engine/features'
import { readWritten } from '../live-config/read-entries'
import type { Reading, Text } from './live-config-file'

/** A live config of some time, opened for questions. Whoever opens it closes its features. */
export interface Version {
  /** It has the features alone that a store recorded, so no other is compared with it. */
  readonly isLedger?: true
  /** What of it is not known, as sentences. */
  readonly unknown?: readonly string[]
  /** As the command line names it. */
  readonly name: string
  readonly features: Features
  readonly texts: readonly Text[]
}

export interface VersionReading extends Reading {
  /** The time that it is asked at; default now. */
  readonly now?: () => number
}

/** Where a version has the entry of a feature that is in force: in the last text that has one. */
export function placeIn(
  { texts }: Version,
  feature: string,
): Pick<Problem, 'source' | 'line' | 'column'> {
  const places = texts.flatMap(({ name, text, format }) => {
    const entry = readWritten(text, format).features.get(feature)
    return entry ? [{ source: name, ...entry.position }] : []
  })
  return places.at(-1) ?? {}
}
