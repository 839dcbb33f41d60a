import { type Document, isMap, isScalar, isSeq, type Pair, parseDocument, type YAMLMap } from 'yaml'
import { LiveflagError } from '../core/errors'
import { jsonEqual, type JsonObject, type JsonValue } from '../core/json'
import type { Ramp, RampEdit } from '../experiments/ramp-course'
import { FEATURE_PREFIX } from '../live-config/read-entries'
import { type EditedPart, withLines } from './ramp-edit-text'

/** What a new text of edits begins with. */
const HEAD = `# What became of the gates of ramps, written by liveflag gates. A later layer than the live config;
# the entries themselves stay there. Each edit answers those above it. Take a feature out to have its ramp as
# if it had never been judged: what was put back then goes where it would be by now.
`

/** The text of a layer that has no edits yet. */
export const NO_RAMP_EDITS = `${HEAD}ramps: {}\n`

/**
 * Adds an edit of a feature's ramp to the text of a layer, in YAML. Every other byte stays; of a text whose
 * edits stand in brackets all that it says stays, and its comments, but not how it is laid out.
 *
 * @throws {LiveflagError} LIVEFLAG_CANNOT_EDIT when the text cannot be read, or what it has of the ramp is
 *   no list of edits
 */
export function withRampEdit(text: string, feature: string, edit: RampEdit): string {
  const document = readLayer(text)
  const part = partOf(document, feature)
  const key = part.log === undefined ? feature : nameIn(part.log)
  const { at, outcome, percent, to, reason } = edit
  const written = {
    at: new Date(at).toISOString().replace('.000Z', 'Z'),
    outcome,
    percent,
    ...(outcome === 'fail' && { to }),
    reason,
  }
  const lines = withLines(text, part, key, written)
  const whole = laidOut(document, key, written)
  return lines !== undefined && saysTheSame(lines, whole) ? lines : whole
}

function readLayer(text: string): Document {
  const document: Document = parseDocument(text, { schema: 'core' })
  const [error] = document.errors
  if (error) throw cannot(error.message)
  return document
}

function partOf({ contents }: Document, feature: string): EditedPart {
  if (contents === null || (isScalar(contents) && contents.value === null))
    return { ramps: undefined, log: undefined }
  if (!isMap(contents)) throw cannot('its ramps are no mapping')
  const ramps = pairOf(contents, 'ramps')
  const value = ramps && valueOf(ramps)
  if (value !== undefined && !isMap(value)) throw cannot('its ramps are no mapping')
  // Both are names of the feature: under another key than what is there, an edit would answer nothing.
  const [log, twice] = [feature, FEATURE_PREFIX + feature].flatMap(
    (name) => (value && pairOf(value, name)) ?? [],
  )
  if (twice)
    throw cannot(
      `it has ${feature} and ${FEATURE_PREFIX}${feature}, which are one; join them first`,
    )
  const list = log && valueOf(log)
  if (list !== undefined && !isSeq(list))
    throw cannot(`what it has of ${feature} is no list of edits; correct it, or take it out, first`)
  return { ramps, log }
}

const pairOf = (map: YAMLMap, name: string): Pair | undefined =>
  map.items.find((pair) => nameIn(pair) === name)

const nameIn = ({ key }: Pair): string => (isScalar(key) ? String(key.value) : '')

/** Undefined of a key without a value. */
const valueOf = ({ value }: Pair): unknown =>
  value === null || (isScalar(value) && value.value === null) ? undefined : value

/** The whole document, with what is in brackets in lines. */
function laidOut(document: Document, feature: string, written: JsonObject): string {
  if (!isMap(document.contents)) document.contents = document.createNode({})
  const ramps: unknown = document.get('ramps')
  if (isMap(ramps)) ramps.flow = false
  else document.set('ramps', document.createNode({}))
  const log: unknown = document.getIn(['ramps', feature])
  if (isSeq(log)) log.add(document.createNode(written))
  else document.setIn(['ramps', feature], document.createNode([written]))
  return document.toString({ lineWidth: 0 })
}

function saysTheSame(lines: string, whole: string): boolean {
  const documents = [lines, whole].map((text) => parseDocument(text, { schema: 'core' }))
  if (documents.some(({ errors }) => errors.length > 0)) return false
  const [a, b] = documents.map((document) => document.toJS() as JsonValue)
  return jsonEqual(a, b)
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
