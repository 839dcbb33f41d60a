import { ERROR, answering, BadBody, objectBody, refused } from '../../protocols/json-body'
import { userOf } from '../../roles'
import type { Answer, Operation, Route, ServerRequest } from '../../route'
import { FLAG, listOf, objectOf, orNull, refTo, TEXT, WHOLE } from '../schemas'
import type { Dashboard } from '../dashboard'
import type { ChangedUnderneath, Refused } from './contract'
import type { EditLog } from './audit-log'
import type { Population } from '../populations'
import type { Editor, SaveResult } from './editor'
import { BadEdit } from './prepare'
import { readEdit, readReason } from './read-edit'

const MOST_LISTED = 100
const USUAL_LISTED = 50

const EDIT = {
  source: TEXT,
  baseHash: TEXT,
  changes: listOf({ type: 'object', required: ['kind', 'feature'] }),
  text: TEXT,
}
const BAD = {
  400: { description: 'The edit is not valid, or cannot be made.', schema: ERROR },
  403: { description: 'The file cannot be edited here.', schema: ERROR },
  404: { description: 'There is no such source.', schema: ERROR },
}

const PREVIEW: Operation = {
  id: 'previewEdit',
  summary: 'What saving an edit would do; nothing is written',
  body: objectOf(EDIT, ['changes', 'text']),
  answers: {
    200: { description: 'As the file is now.', schema: refTo('EditPreview') },
    ...BAD,
  },
}

const SAVE: Operation = {
  id: 'saveEdit',
  summary: 'Saves an edit of a file, and waits until it is in force, for at most 5 seconds',
  body: objectOf({ ...EDIT, reason: TEXT }, ['changes', 'text']),
  answers: {
    200: {
      description: 'Saved.',
      schema: objectOf({ edit: refTo('Edit'), generation: orNull(WHOLE), hash: TEXT }),
    },
    ...BAD,
    409: {
      description: 'The file changed underneath: both versions, and a merge where there is one.',
      schema: objectOf({ error: { type: 'object' }, preview: refTo('EditPreview') }),
    },
    422: {
      description: 'The new text has errors that the present one does not have.',
      schema: objectOf({ error: { type: 'object' }, problems: listOf({ type: 'object' }) }),
    },
    503: { description: 'The file cannot be written now.', schema: ERROR },
  },
}

const UNDOING = {
  body: objectOf({ reason: TEXT }),
  answers: SAVE.answers,
}
const OFF: Operation = {
  id: 'switchOff',
  summary: 'Switches a feature off for everybody, by an edit that can be rolled back',
  ...UNDOING,
}
const ROLL_BACK: Operation = {
  id: 'rollBackEdit',
  summary: 'Puts back what was there before an edit, by a new edit',
  ...UNDOING,
}

const LIST: Operation = {
  id: 'edits',
  summary: 'What was edited here, by whom and why; the newest first',
  parameters: ['feature', 'before', 'limit'].map((name) => ({
    name,
    in: 'query',
    schema: name === 'feature' ? TEXT : WHOLE,
  })),
  answers: {
    200: {
      description: `At most ${MOST_LISTED}.`,
      schema: objectOf({ edits: listOf(refTo('Edit')), hasMore: FLAG }),
    },
    400: { description: 'A parameter is not valid.', schema: ERROR },
  },
}

/** Edits of the live config. */
export const editsRoutes = ({ editor, edits, simulated }: Dashboard): readonly Route[] => [
  {
    method: 'POST',
    path: '/api/v1/edits/preview',
    scope: 'editor',
    forSessions: true,
    operation: PREVIEW,
    handle: (request) => answeringEdits(() => preview(editor, simulated, request)),
  },
  {
    method: 'POST',
    path: '/api/v1/edits',
    scope: 'editor',
    forSessions: true,
    operation: SAVE,
    handle: (request) => answeringEdits(() => save(editor, request)),
  },
  ...undoRoutes(editor),
  {
    method: 'GET',
    path: '/api/v1/edits',
    scope: 'viewer',
    forSessions: true,
    operation: LIST,
    handle: (request) => answering(() => list(edits, request)),
  },
]

/** What is needed at 3 a.m. */
const undoRoutes = (editor: Editor): readonly Route[] => [
  {
    method: 'POST',
    path: '/api/v1/edits/:id/rollback',
    scope: 'editor',
    forSessions: true,
    operation: ROLL_BACK,
    handle: (request) =>
      answeringEdits(async () => {
        const id = /^[1-9]\d{0,14}$/.test(request.params['id'] ?? '')
          ? Number(request.params['id'])
          : 0
        return answerOf(await editor.rollBack(id, nameOf(request), reasonOf(request)))
      }),
  },
  {
    method: 'POST',
    path: '/api/v1/features/:name/off',
    scope: 'editor',
    forSessions: true,
    operation: OFF,
    handle: (request) =>
      answeringEdits(async () => {
        const { name = '' } = request.params
        return answerOf(await editor.off(name, nameOf(request), reasonOf(request)))
      }),
  },
]

async function answeringEdits(handle: () => Promise<Answer>): Promise<Answer> {
  try {
    return await answering(handle)
  } catch (error) {
    if (error instanceof BadEdit) return refused(error.status, error.code, error.message)
    throw error
  }
}

async function preview(editor: Editor, of: Population, request: ServerRequest): Promise<Answer> {
  const { signal } = request
  try {
    const json = await editor.preview(readEdit(objectBody(request)), of, signal)
    return { status: 200, json }
  } catch (error) {
    if (signal.aborted) return refused(503, 'gone', 'nobody waits for this preview any more')
    throw error
  }
}

async function save(editor: Editor, request: ServerRequest): Promise<Answer> {
  const body = objectBody(request)
  const cause = { kind: 'edit', by: nameOf(request), reason: readReason(body) } as const
  return answerOf(await editor.save(readEdit(body), cause))
}

const nameOf = ({ principal, knownBy }: ServerRequest): string =>
  userOf(principal, knownBy)?.name ?? 'anonymous'

const reasonOf = (request: ServerRequest): string => readReason(objectBody(request))

function answerOf(result: SaveResult): Answer {
  switch (result.kind) {
    case 'saved':
      return { status: 200, json: result.saved }
    case 'unwritable':
      return refused(503, 'unwritable', result.message)
    case 'same':
      return refused(400, 'bad_edit', 'nothing changes: the file says this already')
    case 'changed': {
      const message = 'the file changed underneath; look at both versions, and save again'
      const json: ChangedUnderneath = {
        error: { code: 'changed', message },
        preview: result.preview,
      }
      return { status: 409, json }
    }
    case 'refused': {
      const message = 'the new text has errors; fix them, and save again'
      const { problems } = result.preview
      const json: Refused = { error: { code: 'refused', message }, problems }
      return { status: 422, json }
    }
  }
}

function list(edits: EditLog, { query }: ServerRequest): Answer {
  const before = wholeIn(query, 'before', Number.MAX_SAFE_INTEGER)
  const limit = Math.min(MOST_LISTED, wholeIn(query, 'limit', USUAL_LISTED))
  return { status: 200, json: edits.list(query.get('feature') ?? undefined, before, limit) }
}

function wholeIn(query: URLSearchParams, name: string, usual: number): number {
  const text = query.get(name)
  if (text === null) return usual
  if (!/^[1-9]\d{0,14}$/.test(text))
    throw new BadBody(name, `${name} is not valid; send a whole number from 1`)
  return Number(text)
}
