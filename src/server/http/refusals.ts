import type { Answer, Params, Protocol } from '../route'

const SENTENCES = {
  bad_path: [400, 'the path is not valid percent-encoding'],
  unauthorized: [401, 'send a token: Authorization: Bearer TOKEN, or X-API-Key'],
  forbidden: [403, 'this token may not do this'],
  bad_csrf: [403, 'send the header X-CSRF-Token with what GET /api/v1/session returns as csrf'],
  foreign_host: [
    403,
    'without a token this server answers this machine alone, by the name localhost or 127.0.0.1; make a token, or name the origin of the page in cors',
  ],
  not_found: [404, 'there is nothing at this path'],
  method_not_allowed: [405, 'this path does not take this method'],
  too_large: [413, 'request body too large'],
  unsupported_encoding: [415, 'send the body without content-encoding'],
  too_many_requests: [429, 'too many requests'],
  internal: [500, 'the server failed to answer; its log says why'],
  too_many_streams: [503, 'too many streams are open'],
} as const

export type RefusalCode = keyof typeof SENTENCES

const NO_PARAMS: Params = {}

/** What the server itself refuses, in the shape that the protocol has for it. */
export function refusal(
  code: RefusalCode,
  {
    protocol,
    params = NO_PARAMS,
    headers = {},
  }: {
    readonly protocol?: Protocol | undefined
    readonly params?: Params
    readonly headers?: Readonly<Record<string, string>>
  } = {},
): Answer {
  const [usual, message] = SENTENCES[code]
  const refused = { code, message, params }
  const status = protocol?.refusalStatus?.({ ...refused, status: usual }) ?? usual
  const json = protocol?.refusalBody?.({ ...refused, status }) ?? { error: { code, message } }
  return { status, headers, json }
}
