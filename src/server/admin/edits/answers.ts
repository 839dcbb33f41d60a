import { userOf } from '../../roles'
import { answering, ERROR, refused } from '../../protocols/json-body'
import type { Answer, Operation, ServerContext, ServerRequest } from '../../route'
import { listOf, objectOf, orNull, refTo, TEXT, WHOLE } from '../schemas'
import type { StagedSave } from '../fleet/staged-edits'
import type { ChangedUnderneath, Preview, Refused } from './contract'
import type { SaveResult } from './editor'
import { BadEdit } from './prepare'

/** What `answerOf` answers. */
export const SAVED_ANSWERS: Operation['answers'] = {
  200: {
    description: 'Saved.',
    schema: objectOf({ edit: refTo('Edit'), generation: orNull(WHOLE), hash: TEXT }),
  },
  202: { description: 'Proposed: somebody else approves it.', schema: refTo('Proposal') },
  409: {
    description: 'The file changed underneath: both versions, and a merge where there is one.',
    schema: objectOf({ error: { type: 'object' }, preview: refTo('EditPreview') }),
  },
  422: {
    description: 'The new text has errors that the present one does not have.',
    schema: objectOf({ error: { type: 'object' }, problems: listOf({ type: 'object' }) }),
  },
  503: { description: 'The file cannot be written now.', schema: ERROR },
}

/** Edits are made at once where approvals are off, and of an admin. */
export const needsApproval = (
  { settings }: Pick<ServerContext, 'settings'>,
  { principal }: ServerRequest,
): boolean => settings.approvals && !principal.scopes.has('admin')

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

export function answerOf(result: SaveResult | StagedSave, isProposal = false): Answer {
  switch (result.kind) {
    case 'saved':
      return { status: 200, json: result.saved }
    case 'proposed':
      return { status: 202, json: result.proposal }
    case 'staging':
      return { status: 202, json: result.staging }
    case 'unwritable':
      return refused(503, 'unwritable', result.message)
    case 'same':
      return refused(400, 'bad_edit', 'nothing changes: the live config says this already')
    case 'changed': {
      const message = 'the live config changed underneath; look at both versions, and save again'
      const preview: Preview = { ...result.preview, needsApproval: isProposal }
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
