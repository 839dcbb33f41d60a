import type { Content, Outcome, PartSink, Sink, SourceProblem } from '../../src/core/source'

export type Telling =
  | { readonly kind: 'content'; readonly content: Content }
  | { readonly kind: 'confirmed' }
  | { readonly kind: 'failed' | 'warn'; readonly problem: SourceProblem; readonly hash?: string }
  | { readonly kind: 'unwarn'; readonly code: SourceProblem['code'] }

/** Remembers what a source told, and answers contents with what a test wants. */
export class RecordingSink implements Sink {
  readonly tellings: Telling[] = []
  /** What was told of each text of a source that has several; those that are gone stay here. */
  readonly parts = new Map<string, RecordingPart>()
  judge: (content: Content) => Outcome = () => 'installed'

  async content(content: Content): Promise<Outcome> {
    this.tellings.push({ kind: 'content', content })
    return this.judge(content)
  }

  confirmed(): void {
    this.tellings.push({ kind: 'confirmed' })
  }

  failed(problem: SourceProblem, hash?: string): void {
    this.tellings.push({ kind: 'failed', problem, ...(hash !== undefined && { hash }) })
  }

  warn(problem: SourceProblem): void {
    this.tellings.push({ kind: 'warn', problem })
  }

  unwarn(code: SourceProblem['code']): void {
    this.tellings.push({ kind: 'unwarn', code })
  }

  part(name: string): PartSink {
    const part = this.parts.get(name) ?? new RecordingPart()
    this.parts.set(name, part)
    return part
  }

  get texts(): string[] {
    return this.tellings.flatMap((telling) =>
      telling.kind === 'content' ? [telling.content.text] : [],
    )
  }

  get failures(): string[] {
    return this.tellings.flatMap((telling) =>
      telling.kind === 'failed' ? [telling.problem.code] : [],
    )
  }

  get confirmations(): number {
    return this.tellings.filter((telling) => telling.kind === 'confirmed').length
  }
}

export class RecordingPart extends RecordingSink implements PartSink {
  removals = 0

  async removed(): Promise<void> {
    this.removals++
  }
}
