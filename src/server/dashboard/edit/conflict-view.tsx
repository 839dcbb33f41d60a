import { useState } from 'preact/hooks'
import type { Conflict, ConflictEntry } from '../../admin/edits/contract'

export type Side = 'mine' | 'theirs'

interface ConflictViewProps {
  readonly conflict: Conflict
  readonly feature: string
  readonly take: (side: Side) => void
}

/** The live config changed underneath: both versions of the entry, and which one to take. */
export function ConflictView({ conflict, feature, take }: ConflictViewProps) {
  const [side, setSide] = useState<Side>()
  const entry = conflict.entries.find((one) => one.feature === feature && one.isConflict)
  const others = conflict.entries
    .filter(({ mine, theirs }) => mine !== theirs)
    .map((one) => one.feature)
  return (
    <div class="conflict" role="alert">
      <h3>The live config changed while you were editing.</h3>
      {entry ? (
        <Contested entry={entry} side={side} choose={setSide} />
      ) : (
        <p>
          {others.filter((name) => name !== feature).join(', ') || 'Another entry'} was edited, and
          yours was not. Nothing is lost when both are merged.
        </p>
      )}
      <button
        type="button"
        class="button primary"
        disabled={entry !== undefined && side === undefined}
        onClick={() => take(side ?? 'mine')}
      >
        Merge, and go on
      </button>
    </div>
  )
}

interface ContestedProps {
  readonly entry: ConflictEntry
  readonly side: Side | undefined
  readonly choose: (side: Side) => void
}

const SIDES = [
  ['mine', 'Yours'],
  ['theirs', 'Theirs'],
] as const

const Contested = ({ entry, side, choose }: ContestedProps) => (
  <fieldset class="contested">
    <legend>
      <strong>{entry.feature}</strong> changed on both sides. Which one is right?
    </legend>
    <div class="versions">
      <div class="version">
        <span class="version-head">Before</span>
        <pre>{entry.base ?? '(not known)'}</pre>
      </div>
      {SIDES.map(([one, words]) => (
        <label key={one} class={`version ${side === one ? 'is-chosen' : ''}`}>
          <span class="version-head">
            <input type="radio" name="side" checked={side === one} onChange={() => choose(one)} />
            {words}
          </span>
          <pre>{entry[one] ?? '(removed)'}</pre>
        </label>
      ))}
    </div>
  </fieldset>
)
