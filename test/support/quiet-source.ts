import type { Outcome, Sink, Source } from '../../src/index'

/**
 * A source whose text is there to be found, but that tells nothing by itself. The hash of a text is
 * the text.
 */
export class QuietSource implements Source {
  readonly watch = { mode: 'none' } as const
  sink: Sink | undefined
  checks = 0

  constructor(
    public text: string,
    readonly name = 'quiet',
  ) {}

  async open(sink: Sink): Promise<void> {
    this.sink = sink
    await this.tell()
  }

  async check(): Promise<void> {
    this.checks++
    await this.tell()
  }

  async close(): Promise<void> {
    this.sink = undefined
  }

  tell(text = this.text, settled = true): Promise<Outcome> | undefined {
    return this.sink?.content({ text, hash: text, format: 'yaml', settled })
  }
}
