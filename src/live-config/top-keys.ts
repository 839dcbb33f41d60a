import { asSeen, hiddenInKey, isPlain } from '../core/hidden-characters'
import { isJsonObject } from '../core/json'
import { didYouMean, isMisspelt } from '../core/suggest'
import type { Document } from './dialects/dialect'
import { holdsPayload } from './dialects/growthbook'
import { HOLDOUTS } from './entries/holdouts'
import { hasRamps, RAMPS } from './entries/ramps'
import { MERGE, MERGES_NOTHING } from './entries/shape'
import { readsSegments } from './entries/shared'
import type { Vocabularies } from './entries/vocabulary'
import { type Entry, PREFIX, type TextProblem } from './text/entry'
import { TimeSlice } from '../runtime/time-slice'

/** The input of a check of one key at the top. */
interface TopKey {
  readonly entry: Entry
  readonly document: Document
  /** The keys that an entry may have. */
  readonly known: readonly string[]
  /** The feature before it in the text. */
  readonly before: Entry | undefined
}

type Found = Pick<TextProblem, 'code' | 'message'>
type Check = (key: TopKey) => Found | undefined

/** Tried in this order; the first problem that one finds is reported. */
const checks: readonly Check[] = [segmentsProblem, hiddenProblem, commentProblem, mergeProblem]
/** Further checks for liveflag's own live configs. */
const ownChecks: readonly Check[] = [
  ...checks,
  featureProblem,
  payloadProblem,
  dedentedProblem,
  nestedProblem,
]

/** So many keys are checked before the clock is asked. */
const CHECKED_AT_ONCE = 100

/**
 * Warns of keys at the top that have no meaning but were probably meant as a feature, a part of
 * one, or the segments. Yields between slices.
 */
export function* topKeyProblems(
  document: Document,
  { entry: own }: Vocabularies,
): Generator<void, TextProblem[]> {
  const problems: TextProblem[] = []
  let before: Entry | undefined
  const slice = new TimeSlice()
  const { entries } = document
  for (let i = 0; i < entries.length; i++) {
    if (i % CHECKED_AT_ONCE === 0 && slice.isOver()) yield
    const entry = entries[i]
    if (entry === undefined) continue
    const isFeature = entry.key.startsWith(PREFIX)
    // A plain key of a feature passes all checks, and nearly every key is one.
    const found =
      isFeature && isPlain(entry.key) && entry.key !== PREFIX
        ? undefined
        : firstOf({ entry, document, known: own.keys, before })
    if (isFeature) before = entry
    if (found) problems.push({ ...found, severity: 'warning', ...entry.position })
  }
  const [first] = entries
  const isWithoutFeature = before === undefined && problems.length === 0 && !hasRamps(document)
  if (first && isWithoutFeature && document.dialect === 'liveflag')
    problems.push({ ...noFeature(first), severity: 'warning', ...first.position })
  return problems
}

/** What a server answers instead of a live config, such as `{"message": "not found"}`. */
const noFeature = ({ key }: Entry): Found =>
  unknown(
    `no key begins with ${PREFIX}, so there is no feature; ${JSON.stringify(key)} is passed over`,
  )

function firstOf(key: TopKey): Found | undefined {
  for (const check of key.document.dialect === 'liveflag' ? ownChecks : checks) {
    const found = check(key)
    if (found) return found
  }
  return undefined
}

const unknown = (message: string): Found => ({ code: 'unknown-key', message })

/**
 * `Segments` is an unknown key, and so is `segments` beside the `features` of a GrowthBook payload.
 */
function segmentsProblem({ entry: { key }, document }: TopKey): Found | undefined {
  if (key.toLowerCase() === 'savedgroups' && key !== 'savedGroups')
    return unknown(`${JSON.stringify(key)} defines no groups: the key is savedGroups`)
  if (key.toLowerCase() !== 'segments') return undefined
  if (key !== 'segments')
    return unknown(
      `${JSON.stringify(key)} defines no segments: the key is segments, in small letters`,
    )
  return readsSegments(document)
    ? undefined
    : unknown('segments is not read beside the features of a GrowthBook payload; write savedGroups')
}

/** A key that looks like a known one and is another. */
function hiddenProblem({ entry: { key }, known }: TopKey): Found | undefined {
  const hidden = hiddenInKey(key)
  if (hidden === undefined) return undefined
  const seen = asSeen(key)
  const isFeature = key.startsWith(PREFIX)
  if (!isFeature && !seen.startsWith(PREFIX) && seen !== 'segments' && !known.includes(seen))
    return undefined
  const effect = isFeature
    ? 'so code that asks for it by another spelling finds none'
    : 'so it is not read'
  return {
    code: 'hidden-character',
    message: `${JSON.stringify(key)} has ${hidden.description}, ${effect}; write ${seen}`,
  }
}

/** `// on for staff` in a text that is read as YAML becomes a part of the next key. */
function commentProblem({ entry: { key } }: TopKey): Found | undefined {
  return /^\/[/*]/.test(key)
    ? unknown(
        `${JSON.stringify(key)} was read as a key: a comment begins with #, and what follows it on the line is lost`,
      )
    : undefined
}

function mergeProblem({ entry: { key } }: TopKey): Found | undefined {
  return key === MERGE ? unknown(MERGES_NOTHING) : undefined
}

/** `Feature_x`, `features_x`, `feature.x` and `featuer_x`. */
function featureProblem({ entry: { key } }: TopKey): Found | undefined {
  if (key === PREFIX)
    return unknown(`"${PREFIX}" has no name, so no code asks for it; write one after ${PREFIX}`)
  const [, word = '', name] = (!key.startsWith(PREFIX) && /^([a-z]+)[_\-. ](.+)$/i.exec(key)) || []
  const isPrefix = /^features?$/i.test(word) || isMisspelt(word, 'feature')
  return name === undefined || !isPrefix
    ? undefined
    : unknown(
        `${JSON.stringify(key)} is no feature: the key of a feature begins with ${PREFIX}; did you mean ${PREFIX}${name}?`,
      )
}

/** `enabled: off` that has lost its indentation, under the entry that it belongs to. */
function dedentedProblem({ entry: { key }, known, before }: TopKey): Found | undefined {
  if (before === undefined || key.startsWith(PREFIX) || key === 'segments') return undefined
  if (key === HOLDOUTS) return undefined
  const meant = known.includes(key) ? key : nearMiss(key, known)
  if (meant === undefined) return undefined
  const hint = meant === key ? '' : ` (did you mean ${meant}?)`
  return unknown(
    `${JSON.stringify(key)}${hint} is at the top, where it has no effect; indent it if it belongs to ${before.key} on line ${before.position.line}`,
  )
}

/** Short words are near to too many others, so of those only a missing or added `s` is seen. */
const nearMiss = (key: string, known: readonly string[]): string | undefined =>
  key.length >= 6
    ? didYouMean(key, known)
    : known.find((one) => one === `${key}s` || `${one}s` === key)

/** The features of a GrowthBook payload beside features at the top, which make it another dialect. */
function payloadProblem({ entry: { key, value } }: TopKey): Found | undefined {
  return key === 'features' && holdsPayload(value)
    ? unknown(
        `features is not read, because there are features at the top, too, so this is no payload of GrowthBook; write its features at the top, each under ${PREFIX} and its name`,
      )
    : undefined
}

/** Features below another key, while others are at the top. */
function nestedProblem({ entry: { key, value } }: TopKey): Found | undefined {
  // What became of ramps stands under the names of their features, which may be written so.
  if (key.startsWith(PREFIX) || key === RAMPS || !isJsonObject(value)) return undefined
  const below = Object.keys(value).find((name) => name.startsWith(PREFIX))
  return below === undefined
    ? undefined
    : unknown(
        `${below} is below ${JSON.stringify(key)}, where it has no effect; write it at the top`,
      )
}
