import type { Source } from '../core/source'
import { type HttpOptions, readOptions } from './remote/options'
import { RemoteSource } from './remote/source'

export type { HttpOptions, Startup } from './remote/options'

/**
 * A live config that a server gives: pulled at the start and every minute, at once when the server streams. What it
 * gave last stays in force whatever happens to it, and is kept on disk when `cache` is set. See docs/remote.md.
 */
export function http(url: string, options: HttpOptions = {}): Source {
  return new RemoteSource(readOptions(url, options))
}
