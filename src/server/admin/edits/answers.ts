import { userOf } from '../../roles'
import { answering, refused } from '../../protocols/json-body'
import type { Answer, ServerRequest } from '../../route'
import type { ChangedUnderneath, Preview, Refused } from './contract'
import type { SaveResult } from './editor'
import { BadEdit } from './prepare'

/** Answers what is thrown of an edit that cannot be made. */
export async function answeringEdits(handle: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await answering(handle)
  } catch (error) {
    if (error instanceof BadEdit) return refused(error.status, error.code, error.message)
    throw error
  }
}

/** Who asks, as it is stored. */
export const nameOf = ({ principal, knownBy }: ServerRequest): string =>
  userOf(principal, knownBy)?.name ?? 'anonymous'

/** The number that the path names; 0, which nothing has, of what is none. */
export const numberIn = ({ params: { id = '' } }: ServerRequest): number =>
  /^[1-9]\d{0,14}$/.test(id) ? Number(id) : 0

export function answerOf(result: SaveResult, needsApproval = false): Answer {
  switch (result.kind) {
    case 'saved':
      return { status: 200, json: result.saved }
    case 'proposed':
      return { status: 202, json: result.proposal }
    case 'unwritable':
      return refused(503, 'unwritable', result.message)
    case 'same':
      return refused(400, 'bad_edit', 'nothing changes: the file says this already')
    case 'changed': {
      const message = 'the file changed underneath; look at both versions, and save again'
      const preview: Preview = { ...result.preview, needsApproval }
      const json: ChangedUnderneath = { error: { code: 'changed', message }, preview }
      return { status: 409, json }
    }
    case 'refused': {
      const { message = 'the new text has errors; fix them, and save again' } = result
      const { problems } = result.preview
      const json: Refused = { error: { code: 'refused', message }, problems }
      return { status: 422, json }
    }
  }
}
