import { codeOf, messageOf } from '../../core/errors'
import { own } from '../../core/json'
import { readFacts } from '../../engine/facts'
import { userOf } from '../roles'
import { answering, ERROR, objectBody, refused } from '../protocols/json-body'
import type { Answer, Operation, Route, ServerRequest } from '../route'
import type { SavedWorlds } from './contract'
import type { Dashboard } from './dashboard'
import { objectOf, refTo } from './schemas'

const MOST = 200
const MOST_BYTES = 20_000
const NAME = /^[^\p{Cc}\p{Surrogate}/]{1,80}$/u

const NOT_FOUND = { 404: { description: 'There is none of this name.', schema: ERROR } }

const OPERATIONS = {
  list: {
    id: 'worlds',
    summary: 'The visitors that were saved for trying features, by name',
    answers: { 200: { description: 'Sorted by name.', schema: refTo('SavedWorlds') } },
  },
  get: {
    id: 'world',
    summary: 'A saved visitor',
    answers: {
      200: { description: 'As it was saved.', schema: refTo('SavedWorld') },
      ...NOT_FOUND,
    },
  },
  put: {
    id: 'saveWorld',
    summary: 'Saves a visitor for everybody who may sign in; one of the same name is replaced',
    body: objectOf({ world: { type: 'object' } }),
    answers: {
      200: { description: 'Saved.', schema: refTo('SavedWorld') },
      400: {
        description: 'The name or the World is not valid, or there are too many.',
        schema: ERROR,
      },
    },
  },
  remove: {
    id: 'removeWorld',
    summary: 'Removes a saved visitor',
    answers: { 204: { description: 'Removed.' }, ...NOT_FOUND },
  },
} satisfies Record<string, Operation>

const PATH = '/api/v1/worlds'
const COMMON = { scope: 'viewer', forSessions: true } as const

/** Worlds that were saved for explaining features. */
export const worldsRoutes = (dashboard: Dashboard): readonly Route[] => [
  {
    ...COMMON,
    method: 'GET',
    path: PATH,
    operation: OPERATIONS.list,
    handle: () => ({ status: 200, json: listOf(dashboard) }),
  },
  {
    ...COMMON,
    method: 'GET',
    path: `${PATH}/:name`,
    operation: OPERATIONS.get,
    handle: ({ params: { name = '' } }) => {
      const world = dashboard.worlds.get(name)
      return world ? { status: 200, json: { name, ...world } } : noWorld()
    },
  },
  {
    ...COMMON,
    method: 'PUT',
    path: `${PATH}/:name`,
    operation: OPERATIONS.put,
    handle: (request) => answering(() => save(dashboard, request)),
  },
  {
    ...COMMON,
    method: 'DELETE',
    path: `${PATH}/:name`,
    operation: OPERATIONS.remove,
    handle: ({ params: { name = '' } }) =>
      dashboard.worlds.delete(name) ? { status: 204 } : noWorld(),
  },
]

const noWorld = (): Answer => refused(404, 'not_found', 'there is no saved World of this name')

const listOf = ({ worlds }: Dashboard): SavedWorlds => ({
  worlds: worlds
    .entries()
    .map(([name, world]) => ({ name, ...world }))
    .sort((a, b) => (a.name < b.name ? -1 : 1)),
})

function save({ worlds, context }: Dashboard, request: ServerRequest): Answer {
  const name = request.params['name'] ?? ''
  if (!NAME.test(name))
    return refused(400, 'bad_name', 'the name is not valid; send up to 80 characters without /')
  if (worlds.get(name) === undefined && worlds.size >= MOST)
    return refused(400, 'too_many', `there are ${MOST} saved Worlds already; remove one`)
  const world = own(objectBody(request), 'world') ?? null
  if (JSON.stringify(world).length > MOST_BYTES)
    return refused(400, 'too_large', 'the World is too large to be saved')
  try {
    const facts = readFacts(world)
    const savedBy = userOf(request.principal, request.knownBy)?.name ?? ''
    const saved = { world: facts, savedBy, at: context.now() }
    worlds.set(name, saved)
    return { status: 200, json: { name, ...saved } }
  } catch (error) {
    if (codeOf(error) === 'LIVEFLAG_BAD_WORLD') return refused(400, 'bad_world', messageOf(error))
    throw error
  }
}
