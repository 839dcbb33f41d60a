import { basename } from 'node:path'
import { createTwoFilesPatch } from 'diff'
import { codeOf, messageOf } from '../../../core/errors'
import type { Problem } from '../../../core/problem'
import { editText, entryTexts } from '../../../editing/edit-text'
import { mergeTexts } from '../../../editing/merge-texts'
import { checkText } from '../../../live-config/check'
import { type SourceText, withExcerptsOf } from '../source-texts'
import type { Conflict, EntryDiff, Preview, ProposedEdit } from './contract'
import type { PastTexts } from './past-texts'

const LONGEST_DIFF_MS = 1000
const TOO_DIFFERENT = 'The texts differ in too many lines to be compared.\n'

/** An edit that cannot be made. */
export class BadEdit extends Error {
  constructor(
    readonly status: 400 | 403 | 404,
    readonly code: 'bad_edit' | 'read_only' | 'not_found',
    message: string,
  ) {
    super(message)
  }
}

/**
 * What saving an edit would do to a file as it is now.
 *
 * @throws {BadEdit}
 */
export function prepare(file: SourceText, edit: ProposedEdit, past: PastTexts): Preview {
  const { source, format, hash } = file
  const isSame = edit.baseHash === hash
  const base = isSame ? file.text : past.get(edit.baseHash)
  const mine = edited(base ?? file.text, format, edit)
  const conflict = isSame ? null : conflictOf(file, base, mine)
  const text = conflict?.merged ?? mine
  const problems = problemsOf(text, file)
  const added = newErrors(problems, file)
  return {
    source,
    hash,
    diff: diffOf(source, file.text, text),
    text,
    // A text that cannot be read has no entries, which does not mean that they were removed.
    entries: added.some(isOfWhole) ? [] : entryDiffs(file.text, text, format),
    problems: withExcerptsOf(problems, text),
    isRefused: added.length > 0,
    impact: null,
    conflict,
    needsApproval: false,
  }
}

function edited(
  base: string,
  format: SourceText['format'],
  { text, changes }: ProposedEdit,
): string {
  return text ?? orBadEdit(() => editText(base, format, changes ?? []))
}

function orBadEdit<Result>(make: () => Result): Result {
  try {
    return make()
  } catch (error) {
    if (codeOf(error) !== 'LIVEFLAG_CANNOT_EDIT') throw error
    throw new BadEdit(400, 'bad_edit', messageOf(error))
  }
}

function conflictOf(file: SourceText, base: string | undefined, mine: string): Conflict {
  const { format, text: theirs } = file
  if (base === undefined || newErrors(problemsOf(mine, file), file).some(isOfWhole)) {
    const entries = entryDiffs(theirs, mine, format).map(({ feature, before, after }) => ({
      feature,
      base: null,
      mine: after,
      theirs: before,
      isConflict: true,
    }))
    return { isBaseLost: base === undefined, entries, merged: null }
  }
  const { entries, text } = orBadEdit(() => mergeTexts(base, mine, theirs, format))
  return { isBaseLost: false, entries, merged: text }
}

function problemsOf(text: string, { source, format }: SourceText): readonly Problem[] {
  return checkText(text, { source, format }).problems
}

/** Errors that the file does not have now. */
function newErrors(problems: readonly Problem[], file: SourceText): readonly Problem[] {
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (errors.length === 0) return []
  const present = new Set(problemsOf(file.text, file).map(identityOf))
  return errors.filter((problem) => !present.has(identityOf(problem)))
}

const identityOf = ({ code, feature, path, message }: Problem): string =>
  JSON.stringify([code, feature, path, message])

const isOfWhole = ({ feature }: Problem): boolean => feature === undefined

function entryDiffs(
  before: string,
  after: string,
  format: SourceText['format'],
): readonly EntryDiff[] {
  const [old, next] = [entryTexts(before, format), entryTexts(after, format)]
  return [...new Set([...old.keys(), ...next.keys()])].flatMap((feature) => {
    const diff = { feature, before: old.get(feature) ?? null, after: next.get(feature) ?? null }
    return diff.before === diff.after ? [] : [diff]
  })
}

function diffOf(source: string, before: string, after: string): string {
  if (before === after) return ''
  const name = basename(source)
  const options = { context: 3, timeout: LONGEST_DIFF_MS }
  const diff: string | undefined = createTwoFilesPatch(name, name, before, after, '', '', options)
  return diff?.replace(/^=+\n/, '') ?? TOO_DIFFERENT
}
