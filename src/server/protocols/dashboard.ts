import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { namesTag } from '../etag'
import type { Answer, Protocol, Route, ServerRequest } from '../route'
import { type PageFile, PageFiles } from '../page-files'

/** The pages, by the ids of their operations. All are one document, which reads the path itself. */
const PAGES = {
  featuresPage: '/',
  featurePage: '/features/:name',
  editPage: '/features/:name/edit',
  filePage: '/file',
  experimentsPage: '/experiments',
  experimentPage: '/experiments/:id',
  planPage: '/experiments/:id/plan',
  nowPage: '/now',
  changesPage: '/changes',
  proposalPage: '/proposals/:id',
  generationsPage: '/generations',
  fleetPage: '/fleet',
  signInPage: '/sign-in',
}

/**
 * Nothing from elsewhere, nothing inline, in no frame. The styles that the editor makes are
 * constructed style sheets, which need no exception.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const SAFETY = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
}

/** Where the build puts the page: beside the compiled server, or below the project in its tests. */
const FOLDERS = ['../../dashboard', '../../../dist/dashboard']

/** `GET /`: the page for people. It reads the JSON API below `/api/v1`. */
export const dashboard: Protocol = {
  name: 'dashboard',
  summary: 'The page for people',
  routes: () => {
    const folder = FOLDERS.map((path) => join(__dirname, path)).find((path) =>
      existsSync(join(path, 'index.html')),
    )
    const pages = Object.entries(PAGES)
    if (folder === undefined) return pages.map(([id, path]) => pageRoute(id, path, missing))
    const files = new PageFiles(folder)
    return [
      ...pages.map(([id, path]) => pageRoute(id, path, (request) => document(files, request))),
      {
        method: 'GET',
        path: '/assets/:file',
        scope: 'none',
        operation: {
          id: 'pageAsset',
          summary: 'A script, a style sheet or a picture of the page',
          answers: {
            200: { description: 'The file; its name changes with its content.' },
            404: { description: 'The page has no such file.' },
          },
        },
        handle: (request) => asset(files, request),
      },
    ]
  },
}

const TEXT = { type: 'string' }

const pageRoute = (id: string, path: string, handle: Route['handle']): Route => ({
  method: 'GET',
  path,
  scope: 'none',
  operation: {
    id,
    summary: 'A page for people; what it shows is below /api/v1 as JSON',
    answers: { 200: { description: 'The page.', contentType: 'text/html', schema: TEXT } },
  },
  handle,
})

/** Of a server in a bundle: a bundler takes code along, but not the files of the page. */
const missing = (): Answer => ({
  status: 404,
  json: {
    error: {
      code: 'dashboard_missing',
      message:
        'the files of the dashboard are not beside this server, as they are in the package liveflag ' +
        'at dist/dashboard: leave liveflag out of the bundle (external), or start `liveflag serve` ' +
        'for the dashboard. The JSON API and all other protocols work',
    },
  },
})

/**
 * The document says where its files are as seen from its own path, so that it also works behind a
 * proxy that takes a prefix off. At the mount itself the path does not say whether the browser
 * asked with a slash at its end.
 */
function document(files: PageFiles, request: ServerRequest): Answer {
  const depth = Math.max(0, request.path.split('/').length - 2)
  const isMount = depth === 0 && request.mount !== '' && request.path.length <= 1
  const base = isMount ? `${request.mount}/` : '../'.repeat(depth) || './'
  const file = files.document(base)
  return sent(file, request, { 'cache-control': 'no-cache', ...SAFETY })
}

function asset(files: PageFiles, request: ServerRequest): Answer {
  const file = files.asset(request.params['file'] ?? '')
  if (file === undefined)
    return {
      status: 404,
      json: { error: { code: 'not_found', message: 'the page has no such file; reload the page' } },
    }
  return sent(file, request, { 'cache-control': 'public, max-age=31536000, immutable', ...SAFETY })
}

function sent(
  file: PageFile,
  { headers }: ServerRequest,
  more: Readonly<Record<string, string>>,
): Answer {
  const all = { etag: file.tag, vary: 'accept-encoding', ...more }
  if (namesTag(headers['if-none-match'], file.tag)) return { status: 304, headers: all }
  const { encoding, content } = file.encoded(String(headers['accept-encoding'] ?? ''))
  return {
    status: 200,
    headers: {
      ...all,
      'content-type': file.type,
      ...(encoding !== undefined && { 'content-encoding': encoding }),
    },
    text: content,
  }
}
