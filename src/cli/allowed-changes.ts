import { MOVES } from '../analysis/moves'
import { LiveflagError } from '../core/errors'
import { didYouMean } from '../core/suggest'

const WORDS = [...MOVES, 'unproven', 'none'] as const

/** What `--allow` names; undefined without it: everything is allowed. */
export function allowedBy(allow: string | undefined): ReadonlySet<string> | undefined {
  if (allow === undefined) return undefined
  const words = allow.split(',').map((word) => word.trim())
  for (const word of words) {
    if (WORDS.some((known) => known === word)) continue
    const meant = didYouMean(word, WORDS)
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `--allow: ${JSON.stringify(word)} is no change; ${meant ? `did you mean ${meant}?` : `write some of ${WORDS.join(', ')}`}`,
    )
  }
  return new Set(words)
}
