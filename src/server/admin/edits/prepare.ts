import { FILE_HEADERS_ONLY, formatPatch, type StructuredPatch, structuredPatch } from 'diff'
import { jumpsByEdit } from '../../../analysis/ramp-jumps'
import { codeOf, messageOf } from '../../../core/errors'
import type { Problem } from '../../../core/problem'
import { changedLines } from '../../../editing/changed-lines'
import {
  changedEntries,
  changedEntrySteps,
  edited,
  readText,
  type Written,
} from '../../../editing/edit-text'
import { mergeTexts } from '../../../editing/merge-texts'
import type { Features } from '../../../engine/features'
import type { Trial } from '../../../engine/trial'
import { inSlices } from '../../../runtime/time-slice'
import { withinTime } from '../../../runtime/wait'
import { shortTitleOf } from '../../../sources/source-title'
import type { SourceText, SourceTexts } from '../source-texts'
import type { Conflict, Preview, ProposedEdit } from './contract'

const CONTEXT = 3
/** A source that hangs does not hold up the edit of another. */
const MOST_RELOADING_MS = 2000
const LONGEST_DIFF_MS = 1000
const TOO_DIFFERENT = 'The texts differ in too many lines to be compared.\n'

/** An edit that cannot be made. */
export class BadEdit extends Error {
  constructor(
    readonly status: 400 | 403 | 404 | 409,
    readonly code:
      'bad_edit' | 'read_only' | 'not_found' | 'forbidden' | 'not_open' | 'own_proposal' | 'busy',
    message: string,
  ) {
    super(message)
  }
}

/** What an edit is compared with. */
export interface Present {
  readonly features: Pick<
    Features,
    'snapshot' | 'trial' | 'reload' | 'store' | 'definition' | 'now'
  >
  readonly texts: SourceTexts
}

/** A preview without who changes, and the live config that there would be. */
export interface Prepared {
  readonly preview: Omit<Preview, 'impact' | 'population'>
  readonly trial: Trial
}

/**
 * What saving an edit would do to a file as it is now.
 *
 * @throws {BadEdit}
 */
export async function prepare(
  file: SourceText,
  edit: ProposedEdit,
  present: Present,
): Promise<Prepared> {
  const { source, hash } = file
  await bringInForce(file, present)
  const isSame = edit.baseHash === hash
  const base = isSame ? file.text : present.texts.past.get(edit.baseHash)
  const theirs = file.written()
  const mine = editedText(isSame || base === undefined ? theirs : readAs(base, theirs), edit)
  const conflict = isSame ? null : conflictOf(file, base, mine)
  const merged = conflict?.merged ?? undefined
  const next = merged === undefined ? mine : readAs(merged, theirs)
  const trial = await present.features.trial(source, next.text)
  const { shown, added } = problemsOf(trial, source, present)
  const preview = {
    source,
    hash,
    diff: diffOf(source, file.text, next.text),
    text: next.text,
    entries: isRead(next) ? await inSlices(changedEntrySteps(theirs, next)) : [],
    problems: await present.texts.withExcerpts(shown, { source, text: next.text }),
    isRefused: added.length > 0,
    conflict,
    needsApproval: false,
    canStage: present.features.store(source) !== undefined,
  }
  return { preview, trial }
}

/**
 * The file may be newer than what is in force, which is what problems and answers are compared
 * with.
 */
async function bringInForce({ source, hash }: SourceText, { features }: Present): Promise<void> {
  const read = features.snapshot.sources.find(({ name }) => name === source)
  if (read?.readHash !== hash) await reloadSoon(features)
}

/** Does not reject. */
export const reloadSoon = async (features: Pick<Features, 'reload'>): Promise<void> => {
  const reloaded = features.reload().catch(() => undefined)
  await withinTime<unknown>(reloaded, MOST_RELOADING_MS, () => undefined)
}

const readAs = (text: string, like: Written): Written => readText(text, like.format, like)

function editedText(base: Written, { text, changes = [] }: ProposedEdit): Written {
  return text === undefined
    ? orBadEdit(() => edited(base, changes))
    : readAs(text.replace(/^\uFEFF/, ''), base)
}

function orBadEdit<Result>(make: () => Result): Result {
  try {
    return make()
  } catch (error) {
    if (codeOf(error) !== 'LIVEFLAG_CANNOT_EDIT') throw error
    throw new BadEdit(400, 'bad_edit', messageOf(error))
  }
}

/** A text that cannot be read has no entries, which does not mean that they were removed. */
export const isRead = ({ read: { fatal } }: Written): boolean =>
  fatal === undefined || fatal.code === 'empty'

function conflictOf(file: SourceText, base: string | undefined, mine: Written): Conflict {
  if (base === undefined || !isRead(mine)) {
    const changed = isRead(mine) ? changedEntries(file.written(), mine) : []
    const entries = changed.map(({ feature, before, after }) => ({
      feature,
      base: null,
      mine: after,
      theirs: before,
      isConflict: true,
    }))
    return { isBaseLost: base === undefined, entries, merged: null }
  }
  const { entries, text } = orBadEdit(() => mergeTexts(base, mine.text, file.text, file.format))
  return { isBaseLost: false, entries, merged: text }
}

/**
 * The problems of the new text, and those that it brings about elsewhere, such as in another file of
 * its directory. `added`: the errors that the live config does not have now.
 */
function problemsOf(
  trial: Trial,
  source: string,
  { features }: Present,
): { readonly shown: readonly Problem[]; readonly added: readonly Problem[] } {
  const present = new Set(features.snapshot.problems.map(identityOf))
  const isNew = (problem: Problem): boolean => !present.has(identityOf(problem))
  const { problems } = trial.snapshot
  return {
    shown: [
      ...problems.filter((problem) => problem.source === source || isNew(problem)),
      ...jumpsByEdit(features, trial, source, features.now()),
    ],
    added: problems.filter((problem) => problem.severity === 'error' && isNew(problem)),
  }
}

/** Without line numbers: an edit above a problem moves it. */
const identityOf = ({ code, source, feature, path, message }: Problem): string =>
  JSON.stringify([code, source, feature, path, message.replaceAll(/(?<=:|\bline )\d+/g, '')])

/** A unified diff. Only the lines that differ are compared: texts have tens of thousands. */
export function diffOf(source: string, before: string, after: string): string {
  if (before === after) return ''
  const name = shortTitleOf(source)
  const { start, skipped, end } = aroundChange(before, after)
  const patch: StructuredPatch | undefined = structuredPatch(
    name,
    name,
    before.slice(start, before.length - end),
    after.slice(start, after.length - end),
    '',
    '',
    { context: CONTEXT, timeout: LONGEST_DIFF_MS },
  )
  if (patch === undefined) return TOO_DIFFERENT
  const hunks = patch.hunks.map((hunk) => ({
    ...hunk,
    oldStart: hunk.oldStart + skipped,
    newStart: hunk.newStart + skipped,
  }))
  return formatPatch({ ...patch, hunks }, FILE_HEADERS_ONLY)
}

/** The part of two texts that differs, with the lines around it that a diff shows. */
function aroundChange(
  before: string,
  after: string,
): { readonly start: number; readonly skipped: number; readonly end: number } {
  const { head, headLines, tail } = changedLines(before, after)
  let [start, skipped] = [head, headLines]
  for (let i = 0; i < CONTEXT && start > 0; i++, skipped--)
    // A search from before the beginning would find a line break at the beginning.
    start = start < 2 ? 0 : before.lastIndexOf('\n', start - 2) + 1
  let end = before.length - tail
  for (let i = 0; i < CONTEXT && end < before.length; i++) {
    const next = before.indexOf('\n', end)
    end = next < 0 ? before.length : next + 1
  }
  return { start, skipped, end: before.length - end }
}
