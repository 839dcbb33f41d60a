import { useEffect, useRef, useState } from 'preact/hooks'
import type { FeatureDetail } from '../../admin/contract'
import type { Preview, ProposedEdit } from '../../admin/edits/contract'
import type { JsonValue } from '../../../core/json'
import { type ApiFailure, call } from '../api/client'
import type { Population, PopulationChoiceProps } from '../parts/choice'
import { asFailure } from '../api/use-query'
import { changesOf } from './changes-of'

/** What is being edited: the value of the entry, or its lines. */
export type Draft =
  | { readonly kind: 'value'; readonly value: JsonValue }
  | { readonly kind: 'text'; readonly text: string }

/** The version that the draft begins from: the file by its hash, and the entry in it. */
export interface Base {
  readonly hash: string
  readonly text: string
  readonly value: JsonValue
}

export const baseOf = ({ place, text, value }: FeatureDetail): Base => ({
  hash: place.hash,
  text,
  value,
})

/** The edit that a draft is, or undefined while it changes nothing. */
export function editOf(draft: Draft, detail: FeatureDetail, base: Base): ProposedEdit | undefined {
  const feature = detail.row.name
  const edit = { source: detail.place.source, baseHash: base.hash }
  if (draft.kind === 'text') {
    const { text } = draft
    return text === base.text ? undefined : { ...edit, changes: [{ kind: 'text', feature, text }] }
  }
  const changes = changesOf(feature, base.value, draft.value)
  return changes.length === 0 ? undefined : { ...edit, changes }
}

export interface Previewed {
  /** Whom the preview counts. */
  readonly counted: PopulationChoiceProps
  readonly preview: Preview | undefined
  readonly failure: ApiFailure | undefined
  /** The preview is of an earlier draft. */
  readonly isBehind: boolean
}

const SETTLE_MS = 250
const NOTHING: Omit<Previewed, 'counted'> = {
  preview: undefined,
  failure: undefined,
  isBehind: false,
}

/**
 * What an edit would do, asked again when the draft rests, and when the text changes underneath: who
 * rests sees both versions at once, not when the save is refused.
 *
 * @param newest hash of the text that is in force
 * @param isSaving then what changes underneath may be this edit
 */
export function usePreview(
  edit: ProposedEdit | undefined,
  newest: string,
  isSaving: boolean,
): Previewed {
  const underneath = useRef(newest)
  if (!isSaving) underneath.current = newest
  const body = edit && JSON.stringify(edit)
  const [population, setPopulation] = useState<Population>('simulated')
  const [previewed, setPreviewed] = useState(NOTHING)
  useEffect(() => {
    if (body === undefined) return setPreviewed(NOTHING)
    // The server computes an answer that nobody waits for no further.
    const asking = new AbortController()
    const { signal } = asking
    setPreviewed((before) => ({ ...before, isBehind: true }))
    const timer = setTimeout(() => {
      call<Preview>('POST', `edits/preview?population=${population}`, JSON.parse(body), signal)
        .then((preview) => setPreviewed({ ...NOTHING, preview }))
        .catch(
          (error: unknown) =>
            !signal.aborted && setPreviewed({ ...NOTHING, failure: asFailure(error) }),
        )
    }, SETTLE_MS)
    return () => {
      asking.abort()
      clearTimeout(timer)
    }
  }, [body, population, underneath.current])
  return { ...previewed, counted: { value: population, change: setPopulation } }
}
