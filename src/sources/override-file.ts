import { LiveflagError } from '../core/errors'
import type {
  Content,
  Outcome,
  PartSink,
  Sink,
  Source,
  SourceProblem,
  WatchState,
} from '../core/source'
import { file, type FileOptions } from './file'
import { fileOptions } from './watch/options'

export interface OverrideFileOptions extends Omit<FileOptions, 'format'> {
  /** Left out: by the file's extension; YAML for one that is not known. */
  readonly format?: 'json' | 'yaml'
  /** Overrides are for development, so `NODE_ENV=production` refuses them unless this is set. */
  readonly allowInProduction?: boolean
}

/**
 * A watched file of `name: value`, for development: each feature that it lists has that value for
 * everybody. Alone it is the whole live config; as the last of several sources it overrides
 * the others. What it forces is never an exposure. See docs/remote.md.
 *
 * @example
 * const source = [file('config/live.yaml'), overrideFile('overrides.yaml')]
 * const features = await openFeatures({ source })
 */
export function overrideFile(
  path: string,
  { allowInProduction = false, ...options }: OverrideFileOptions = {},
): Source {
  if (process.env.NODE_ENV === 'production' && !allowInProduction) {
    throw badOption(
      path,
      'NODE_ENV is production, where overrides are refused; remove it, or set allowInProduction: true',
    )
  }
  const { format } = fileOptions(path, options, 'overrideFile')
  if (format === 'ini') throw badOption(path, 'its format is ini; write JSON or YAML')
  return new OverrideFile(file(path, options))
}

const badOption = (path: string, reason: string): LiveflagError =>
  new LiveflagError('LIVEFLAG_BAD_OPTION', `overrideFile(${JSON.stringify(path)}): ${reason}`)

class OverrideFile implements Source {
  readonly isOverride = true

  constructor(private readonly inner: Source) {}

  get name(): string {
    return this.inner.name
  }

  get watch(): WatchState {
    return this.inner.watch
  }

  open(sink: Sink): Promise<void> {
    return this.inner.open(new OverrideSink(sink))
  }

  check(): Promise<void> {
    return this.inner.check()
  }

  async catchUp(): Promise<void> {
    await this.inner.catchUp?.()
  }

  close(): Promise<void> {
    return this.inner.close()
  }
}

/** Passes on what the file reports, with its content marked as overrides. */
class OverrideSink implements Sink {
  constructor(private readonly sink: Sink) {}

  content(content: Content): Promise<Outcome> {
    return this.sink.content({ ...content, dialect: 'overrides' })
  }

  confirmed(): void {
    this.sink.confirmed()
  }

  failed(problem: SourceProblem, hash?: string): void {
    this.sink.failed(problem, hash)
  }

  warn(problem: SourceProblem): void {
    this.sink.warn(problem)
  }

  unwarn(code: SourceProblem['code']): void {
    this.sink.unwarn(code)
  }

  part(name: string): PartSink {
    return this.sink.part(name)
  }
}
