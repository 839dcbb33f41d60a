import type { ApiError, Session } from '../../admin/contract'

/** What the API refused, with the sentence that it has for people. */
export class ApiFailure extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** The body as it came: a conflict has both versions in it. */
    readonly body: unknown,
    readonly retryAfterSeconds: number | undefined,
  ) {
    super(message)
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

let csrf: string | null = null
let onSignedOut: () => void = () => undefined

/** Remembers what changes need; `signedOut` is called when the server knows nobody any more. */
export function useSessionOf(session: Session, signedOut: () => void): void {
  csrf = session.csrf
  onSignedOut = signedOut
}

/** The address of a route of the API: `features/search_v2`. Paths are relative to the page. */
export const apiUrl = (path: string): string => new URL(`api/v1/${path}`, document.baseURI).href

/** A name as one segment of a path. */
export const segment = (name: string): string => encodeURIComponent(name)

/** @throws {ApiFailure} for what the API refuses, and when the server cannot be reached */
export async function call<T>(
  method: Method,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const response = await send(method, path, body, signal)
  const text = await response.text()
  const value = text === '' ? undefined : parsed(text)
  if (response.ok) return value as T
  if (response.status === 401 && path !== 'session') onSignedOut()
  throw failureOf(response, value)
}

async function send(
  method: Method,
  path: string,
  body: unknown,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (csrf !== null && method !== 'GET') headers['x-csrf-token'] = csrf
  try {
    return await fetch(apiUrl(path), {
      method,
      headers,
      credentials: 'same-origin',
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    })
  } catch {
    throw new ApiFailure(0, 'unreachable', 'The server cannot be reached. Is it running?', null, 1)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function failureOf(response: Response, body: unknown): ApiFailure {
  const error = (body as Partial<ApiError> | undefined)?.error
  const wait = Number(response.headers.get('retry-after'))
  return new ApiFailure(
    response.status,
    error?.code ?? 'failed',
    error?.message ?? `The server answered ${response.status}.`,
    body,
    Number.isFinite(wait) && wait > 0 ? wait : undefined,
  )
}
