import { LiveflagError } from '../core/errors'
import { badOption } from '../core/options'
import type { Content, Format, PartSink, Source, SourceProblem, TextSink } from '../core/source'
import { directory } from '../sources/directory'
import { file } from '../sources/file'
import { http, type HttpOptions } from '../sources/http'
import { isStoreUrl, openKeySource, STORE_KINDS } from '../sources/open-key-store'
import { fileDefaults } from '../sources/paths'
import { formatOf } from '../sources/key-source'
import { type GenerationName, generationNamed, readNamed } from './generations'
import { filesIn } from './input'

/** How sources are read. */
export interface SourceFlags {
  readonly format?: Format
  /** Live configs above FILE: each overrides those before it, feature by feature. */
  readonly layer?: readonly string[]
  /** Files of `name: value`, above all live configs. */
  readonly override?: readonly string[]
  /** What URLs are asked with. */
  readonly token?: string
}

const isHttp = (path: string): boolean => /^https?:\/\//i.test(path)

/**
 * Of a server that sends live config, or of a store that holds it: `redis://cache/0?key=live`. One of
 * an unknown kind, as `jdbc:postgres://…`, is no path either: it is refused when it is opened, where no message repeats it.
 */
export const isUrl = (path: string): boolean =>
  isStoreUrl(path) || /^(?:[a-z][a-z\d+.-]*:)+\/\//i.test(path)

/** A URL without its user, its password and other secrets. */
export function shownUrl(url: string): string {
  const named = generationNamed(url)
  return named ? `${shownUrl(named.url)}@${named.which}` : urlSource(url, {}, true).name
}

/** A path or URL of the command line, for messages. */
export const shownPath = (path: string): string => (isUrl(path) ? shownUrl(path) : path)

/** A URL has the format of its ending, else that of a server of payloads. */
function formatOfUrl(url: string): Format {
  const path = URL.canParse(url) ? new URL(url).pathname : ''
  return /\.(?:ya?ml|ini)$/i.test(path) ? fileDefaults(path).format : 'json'
}

const optionsFor = (
  url: string,
  { format = formatOfUrl(url), token }: Pick<SourceFlags, 'format' | 'token'>,
): HttpOptions => ({
  format,
  ...(token && { headers: { authorization: `Bearer ${token}` } }),
})

function urlSource(
  url: string,
  flags: Pick<SourceFlags, 'format' | 'token'>,
  isFollowed: boolean,
): Source {
  if (isHttp(url)) return http(url, { ...optionsFor(url, flags), ...(!isFollowed && STILL) })
  if (!isStoreUrl(url)) throw unknownUrl()
  const { format } = flags
  return openKeySource(url, { watch: isFollowed, ...(format && { format }) })
}

/** The URL may have a password, so it is not repeated. */
const unknownUrl = (): LiveflagError =>
  new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `this URL is of no kind that is known; give a path, an http or https URL, or one such as ${STORE_KINDS.map(({ example }) => example).join(', ')}`,
  )

const STILL = { stream: false } as const

/**
 * The source at a path or URL of the command line, to be watched.
 *
 * @param call the command, for the message when it is stdin
 */
export async function sourceAt(
  path: string,
  flags: Pick<SourceFlags, 'format' | 'token'> & { readonly keepAlive?: boolean },
  call: string,
): Promise<Source> {
  if (path === '-')
    throw badOption(call, 'FILE', path, 'a file, a directory or a URL; stdin does not change')
  if (generationNamed(path))
    throw badOption(call, 'FILE', shownPath(path), 'the store itself; a generation does not change')
  if (isUrl(path)) return urlSource(path, flags, true)
  const { format, keepAlive } = flags
  const watching = keepAlive === undefined ? {} : { keepAlive }
  const isDirectory = !format && (await filesIn(path)) !== undefined
  return isDirectory
    ? directory(path, watching)
    : file(path, { ...watching, ...(format && { format }) })
}

type Read = Pick<Content, 'text' | 'format'>

/** What a URL says now. It is asked once, and not followed. */
export async function readUrl(
  url: string,
  flags: Pick<SourceFlags, 'format' | 'token'>,
): Promise<{ readonly name: string; readonly found: Read | SourceProblem }> {
  const named = generationNamed(url)
  if (named) return readGeneration(named, flags)
  const source = urlSource(url, flags, false)
  let found: Content | SourceProblem | undefined
  const nothing = (): void => undefined
  const sink: TextSink = {
    content: async (content) => {
      found = content
      return 'installed'
    },
    failed: (problem) => void (found ??= problem),
    confirmed: nothing,
    warn: nothing,
    unwarn: nothing,
  }
  const part = (): PartSink => ({ ...sink, removed: async () => undefined })
  await source.open({ ...sink, part })
  await source.close()
  const message = `${source.name} gave no content`
  return { name: source.name, found: found ?? { code: 'missing', severity: 'error', message } }
}

/** An older text of a store. */
async function readGeneration(
  named: GenerationName,
  { format }: Pick<SourceFlags, 'format'>,
): Promise<{ readonly name: string; readonly found: Read }> {
  const { name, key, text } = await readNamed(named, Date.now())
  return { name, found: { text, format: format ?? formatOf(key, text) } }
}
