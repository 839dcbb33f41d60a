import { type Document, isMap, isSeq, parseDocument } from 'yaml'
import { LiveflagError } from '../core/errors'
import type { Ramp, RampEdit } from '../experiments/ramp-course'

/** What a new text of edits begins with. */
const HEAD = `# What became of the gates of ramps, written by liveflag gates. A later layer than the live config;
# the entries themselves stay there. Each edit answers those above it. Take a feature out to have its ramp as
# if it had never been judged: what was put back then goes where it would be by now.
`

/** The text of a layer that has no edits yet. */
export const NO_RAMP_EDITS = `${HEAD}ramps: {}\n`

/**
 * Adds an edit of a feature's ramp to the text of a layer, in YAML. All that is there stays, comments
 * included.
 *
 * @throws {LiveflagError} LIVEFLAG_CANNOT_EDIT when the text cannot be read
 */
export function withRampEdit(text: string, feature: string, edit: RampEdit): string {
  const document: Document = parseDocument(text, { schema: 'core' })
  const [error] = document.errors
  if (error) throw cannot(error.message)
  if (document.contents === null) document.contents = document.createNode({})
  const ramps: unknown = document.get('ramps')
  if (!isMap(document.contents) || (ramps !== undefined && ramps !== null && !isMap(ramps)))
    throw cannot('its ramps are no mapping')
  if (isMap(ramps)) ramps.flow = false
  else document.set('ramps', document.createNode({}))
  const { at, outcome, percent, to, reason } = edit
  const written = {
    at: new Date(at).toISOString().replace('.000Z', 'Z'),
    outcome,
    percent,
    ...(outcome === 'fail' && { to }),
    reason,
  }
  const log: unknown = document.getIn(['ramps', feature])
  if (isSeq(log)) log.add(document.createNode(written))
  else document.setIn(['ramps', feature], document.createNode([written]))
  return document.toString({ lineWidth: 0 })
}

/**
 * The edit that lets a ramp grow again which is put back, or which a clock that is ahead has put back for
 * later. Undefined where there is nothing to resume.
 *
 * @param now milliseconds since 1970
 */
export function resumeOf(ramp: Ramp, now: number, reason: string): RampEdit | undefined {
  const isAhead = ramp.after(now).some(({ outcome }) => outcome === 'fail')
  if (ramp.heldAt(now)?.why !== 'failed' && !isAhead) return undefined
  return { at: now, outcome: 'resume', percent: ramp.percentAt(now), to: 0, reason }
}

const cannot = (reason: string): LiveflagError =>
  new LiveflagError('LIVEFLAG_CANNOT_EDIT', `the edits of ramps cannot be added to: ${reason}`)
