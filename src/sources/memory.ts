import { badOption, checkFormat, mergeOptions } from '../core/options'
import type { Format, Outcome, Sink, Source, WatchState } from '../core/source'
import { bindMethods } from '../runtime/bind-methods'
import { contentHash, contentHashInSlices, LONG } from './bytes'

export interface MemoryOptions {
  /** Default `yaml`. */
  readonly format?: Format
  /** What problems call it. Default `memory`. */
  readonly name?: string
}

export interface MemorySource extends Source {
  /**
   * Gives it another text. Resolves when that has been judged and, if good, is in force; undefined
   * while not open.
   */
  set(text: string): Promise<Outcome | undefined>
}

/**
 * A live config that the program itself holds: for tests, and for text that comes from elsewhere.
 *
 * @example
 * const source = memory('feature_a: on')
 * const features = await openFeatures({ source })
 * await source.set('feature_a: off')
 */
export function memory(text: string, options: MemoryOptions = {}): MemorySource {
  const { format, name } = mergeOptions('memory', options, DEFAULTS)
  checkFormat('memory', format)
  return new HeldText(checkText(text), format, name)
}

const DEFAULTS: Required<MemoryOptions> = { format: 'yaml', name: 'memory' }

function checkText(text: unknown): string {
  if (typeof text !== 'string')
    throw badOption('memory', 'the text', text, 'the text of a live config')
  return text
}

class HeldText implements MemorySource {
  private sink: Sink | undefined
  private lastHash: string | undefined

  constructor(
    private text: string,
    private readonly format: Format,
    readonly name: string,
  ) {
    bindMethods(this, ['set'])
  }

  get watch(): WatchState {
    // The program says when the text changes; there is nothing to miss.
    return { mode: this.sink === undefined ? 'none' : 'events' }
  }

  async open(sink: Sink): Promise<void> {
    this.sink = sink
    this.lastHash = undefined
    await this.report()
  }

  async check(): Promise<void> {
    await this.report()
  }

  async close(): Promise<void> {
    this.sink = undefined
  }

  async set(text: string): Promise<Outcome | undefined> {
    this.text = checkText(text)
    return this.report()
  }

  private async report(): Promise<Outcome | undefined> {
    const { text } = this
    const hash = text.length > LONG ? await contentHashInSlices(text) : contentHash(text)
    // Another text was set meanwhile, which is the newer one.
    if (text !== this.text) return 'passed-over'
    if (hash === this.lastHash) {
      this.sink?.confirmed()
      return this.sink && 'unchanged'
    }
    this.lastHash = hash
    return this.sink?.content({ text, hash, format: this.format, settled: true })
  }
}
