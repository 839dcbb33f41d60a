import { checkOptions } from '../core/options'
import type { Source } from '../core/source'
import type { HttpOptions } from './remote/http-options'
import { HTTP_OPTIONS, readOptions } from './remote/options'
import { remoteSource } from './remote/source'

export type { HttpOptions, Startup } from './remote/http-options'

/**
 * A live config that a server sends: pulled at the start and every minute, and at once when the
 * server streams. What it sent last stays in force whatever happens to it, and is stored on disk
 * when `cache` is set. See docs/remote.md.
 *
 * @example
 * const source = http('https://flags.example.com/live.json', {
 *   headers: { authorization: 'Bearer …' },
 *   cache: { path: '/var/cache/my-app/live.json' },
 * })
 * const features = await openFeatures({ source })
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on an option that is not valid
 */
export function http(url: string, options: HttpOptions = {}): Source {
  checkOptions('http', options, HTTP_OPTIONS)
  return remoteSource(readOptions(url, options))
}
