import { withRampEdit } from '../../../analysis/ramp-edit'
import { codeOf } from '../../../core/errors'
import type { Format } from '../../../core/source'
import type { RampEdit } from '../../../experiments/ramp'
import { readEdits } from '../../../experiments/ramp-edits'
import { rampEditsIn } from '../../../live-config/read-entries'

export interface Proposed {
  readonly format: Format
  /** The text that the proposal was made of, and what it makes of it. */
  readonly baseText: string
  readonly newText: string
}

export interface Resumed {
  readonly feature: string
  readonly text: string
}

/**
 * A resume that is approved counts from now on: from when it was proposed, the ramp would jump to where
 * it had been by now, and its gates would have been passed by.
 *
 * @param text the file as it is now
 * @returns undefined of a proposal that is anything else
 */
export function resumedNow(
  text: string,
  { format, baseText, newText }: Proposed,
  now: number,
): Resumed | undefined {
  const before = rampEditsIn(baseText, format)
  for (const [feature, written] of rampEditsIn(newText, format)) {
    const edit = editsIn(written ?? undefined).at(-1)
    const isNew =
      editsIn(before.get(feature) ?? undefined).length < editsIn(written ?? undefined).length
    if (edit?.outcome !== 'resume' || !isNew) continue
    return added(baseText, feature, edit) === newText
      ? { feature, text: withRampEdit(text, feature, { ...edit, at: now }) }
      : undefined
  }
  return undefined
}

const editsIn = (written: Parameters<typeof readEdits>[0]): readonly RampEdit[] =>
  readEdits(written, () => undefined) ?? []

/** Undefined where nothing can be added, so that the proposal is of another kind. */
function added(...given: Parameters<typeof withRampEdit>): string | undefined {
  try {
    return withRampEdit(...given)
  } catch (error) {
    if (codeOf(error) === 'LIVEFLAG_CANNOT_EDIT') return undefined
    throw error
  }
}
