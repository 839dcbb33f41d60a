import { counted } from '../../core/counted'
import { csrfToken, isFromElsewhere } from '../auth/csrf'
import { userOf } from '../roles'
import { sessionCookie, sessionIn } from '../auth/sessions'
import { ERROR, answering, objectBody, refused, textMember } from '../protocols/json-body'
import type { Answer, Operation, Route, ServerContext, ServerRequest } from '../route'
import type { ServerAbilities, Session } from './contract'
import { objectOf, refTo, TEXT } from './schemas'

const PATH = '/api/v1/session'

const SIGN_IN: Operation = {
  id: 'signIn',
  summary: 'Exchanges a token for a session, which the cookie of the answer names',
  body: objectOf({ token: TEXT }),
  answers: {
    200: {
      description: 'Signed in.',
      schema: refTo('Session'),
      headers: { 'Set-Cookie': 'HttpOnly, SameSite=Strict; Secure over https.' },
    },
    400: { description: 'The body is not valid.', schema: ERROR },
    401: { description: 'There is no such token for people.', schema: ERROR },
    403: { description: 'A page of another origin sent it.', schema: ERROR },
    429: {
      description: 'Too many wrong tokens from this address.',
      schema: ERROR,
      headers: { 'Retry-After': 'Seconds.' },
    },
  },
}

const WHO: Operation = {
  id: 'session',
  summary: 'Who is signed in, and what this server can do; also for those who are not signed in',
  answers: { 200: { description: 'As of now.', schema: refTo('Session') } },
}

const SIGN_OUT: Operation = {
  id: 'signOut',
  summary: 'Ends the session',
  answers: { 204: { description: 'Signed out, or was not signed in.' } },
}

/** Sign-in, sign-out, and who is signed in. */
export const sessionRoutes = (
  context: ServerContext,
  abilities: () => ServerAbilities,
): readonly Route[] => [
  {
    method: 'GET',
    path: PATH,
    scope: 'none',
    forSessions: true,
    operation: WHO,
    handle: (request) => ({ status: 200, json: sessionOf(request, abilities()) }),
  },
  {
    method: 'POST',
    path: PATH,
    scope: 'none',
    operation: SIGN_IN,
    handle: (request) => answering(() => signIn(context, request, abilities())),
  },
  {
    method: 'DELETE',
    path: PATH,
    scope: 'none',
    forSessions: true,
    operation: SIGN_OUT,
    handle: (request) => signOut(context, request),
  },
]

function sessionOf(
  { principal, knownBy, csrf }: Pick<ServerRequest, 'principal' | 'knownBy' | 'csrf'>,
  server: ServerAbilities,
): Session {
  const user = userOf(principal, knownBy) ?? null
  return {
    user,
    csrf: user === null ? null : (csrf ?? null),
    canSignOut: knownBy === 'session',
    server,
  }
}

function signIn(
  { signIn: exchange, settings }: ServerContext,
  request: ServerRequest,
  server: ServerAbilities,
): Answer {
  if (isFromElsewhere(request.headers, settings.trustProxy > 0))
    return refused(403, 'bad_origin', 'sign in on the page of this server')
  const token = textMember(objectBody(request), ['token'])
  const result = exchange.signIn(token.trim(), request.address, sessionIn(request.headers))
  if (result.kind === 'wait')
    return {
      ...refused(
        429,
        'too_many_requests',
        `too many wrong tokens; try again in ${counted(result.seconds, 'second')}`,
      ),
      headers: { 'retry-after': String(result.seconds) },
    }
  if (result.kind === 'wrong')
    return refused(
      401,
      'bad_token',
      'there is no such token for people; ask whoever runs this server for one: liveflag token create NAME --role editor',
    )
  const { principal, id } = result
  return {
    status: 200,
    headers: { 'set-cookie': sessionCookie(id, request) },
    json: sessionOf({ principal, knownBy: 'session', csrf: csrfToken(id, 'session') }, server),
  }
}

function signOut({ signIn: exchange }: ServerContext, request: ServerRequest): Answer {
  const id = sessionIn(request.headers)
  if (id !== undefined) exchange.sessions.end(id)
  return { status: 204, headers: { 'set-cookie': sessionCookie(undefined, request) } }
}
