import type { Content, Outcome, Sink, SourceProblem } from '../../src/sources/source'

export type Telling =
  | { readonly kind: 'content'; readonly content: Content }
  | { readonly kind: 'confirmed' }
  | { readonly kind: 'failed' | 'warn'; readonly problem: SourceProblem }
  | { readonly kind: 'unwarn'; readonly code: SourceProblem['code'] }

/** Remembers what a source told, and answers contents with what a test wants. */
export class RecordingSink implements Sink {
  readonly tellings: Telling[] = []
  judge: (content: Content) => Outcome = () => 'installed'

  async content(content: Content): Promise<Outcome> {
    this.tellings.push({ kind: 'content', content })
    return this.judge(content)
  }

  confirmed(): void {
    this.tellings.push({ kind: 'confirmed' })
  }

  failed(problem: SourceProblem): void {
    this.tellings.push({ kind: 'failed', problem })
  }

  warn(problem: SourceProblem): void {
    this.tellings.push({ kind: 'warn', problem })
  }

  unwarn(code: SourceProblem['code']): void {
    this.tellings.push({ kind: 'unwarn', code })
  }

  get texts(): string[] {
    return this.tellings.flatMap((telling) => (telling.kind === 'content' ? [telling.content.text] : []))
  }

  get failures(): string[] {
    return this.tellings.flatMap((telling) => (telling.kind === 'failed' ? [telling.problem.code] : []))
  }

  get confirmations(): number {
    return this.tellings.filter((telling) => telling.kind === 'confirmed').length
  }
}
