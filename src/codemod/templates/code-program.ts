import { nodesIn, parser, problemsOf, type TS } from '../parser'
import { Project } from '../project'
import type { Forced } from '../rewriting/answer'
import { BREAK } from '../rewriting/answers'
import { open, written } from '../rewriting/result'
import { Rewriter } from '../rewriting/rewriter'
import type { Tag } from './engines'
import type { Outcome } from './outcome'

/** What templates see without asking for it. A template may have names of its own for all of these. */
const HELPERS = 'const { isEnabled, variant, value } = features; const it = features;\n'

/** Code of a template as a program that can be read, and where its parts are in the template. */
export class CodeProgram {
  private readonly rewriter: Rewriter
  private readonly places: readonly Place[]

  private constructor(code: string, places: readonly Place[], forced: Forced) {
    const script = new Project([{ path: 'template.js', text: code }]).script('template.js')
    this.places = places
    this.rewriter = new Rewriter(script, new Project([]), forced)
  }

  /** The tags of EJS or Eta; what is between them is shown by a statement. */
  static ofTags(tags: readonly Tag[], forced: Forced): CodeProgram {
    const parts = tags.map(({ code, codeStart, isOutput }) =>
      isOutput
        ? { before: ';show(', code: code.replace(/;\s*$/, ''), start: codeStart, after: '\n);' }
        : { before: '', code, start: codeStart, after: '\n' },
    )
    return CodeProgram.of(
      parts.map((part) => ({ ...part, after: `${part.after};text();` })),
      forced,
    )
  }

  /** One expression, after constants of the template. */
  static ofExpression(code: string, constants: readonly string[], forced: Forced): CodeProgram {
    const before = `${constants.map((one) => `${one}\n;`).join('')}show(`
    return CodeProgram.of([{ before, code, start: 0, after: '\n);' }], forced)
  }

  private static of(parts: readonly Part[], forced: Forced): CodeProgram {
    let code = `${HELPERS}{\n`
    const places = parts.map((part) => {
      const at = code.length + part.before.length
      code += part.before + part.code + part.after
      return { at, start: part.start, length: part.code.length }
    })
    return new CodeProgram(`${code}\n}\n`, places, forced)
  }

  get tree(): TS.SourceFile {
    return this.rewriter.script.tree
  }

  get isValid(): boolean {
    return problemsOf(this.tree).length === 0
  }

  /** Where a node is in the template; undefined when it is not inside of one tag. */
  rangeOf(node: TS.Node): { readonly start: number; readonly end: number } | undefined {
    const from = node.getStart(this.tree)
    const place = this.places.find(({ at, length }) => at <= from && node.end <= at + length)
    if (!place) return undefined
    return { start: place.start + from - place.at, end: place.start + node.end - place.at }
  }

  /** Where the last character of a node is in the template. */
  lastOf(node: TS.Node): number | undefined {
    const last = node.end - 1
    const place = this.places.find(({ at, length }) => at <= last && last < at + length)
    return place && place.start + last - place.at
  }

  /** What a tag of the template shows. */
  outputOf({ codeStart }: Pick<Tag, 'codeStart'>): TS.Expression | undefined {
    const ts = parser()
    const place = this.places.find(({ start }) => start === codeStart)
    for (const node of place ? nodesIn(this.tree) : [])
      if (ts.isCallExpression(node) && node.arguments.pos === place?.at) return node.arguments[0]
    return undefined
  }

  /** What becomes of the only expression; undefined when there are several, or none. */
  whole(use: 'value' | 'test'): Outcome | undefined {
    const place = this.places[0]
    const node = place && this.outputOf({ codeStart: place.start })
    const call = node?.parent
    if (!place || !node || !call || !parser().isCallExpression(call)) return undefined
    // Its bracket is the one that was put behind it, and no other.
    if (call.arguments.length > 1 || call.end !== place.at + place.length + '\n)'.length)
      return undefined
    const lead = /^\s*/.exec(this.rewriter.script.text.slice(place.at))?.[0] ?? ''
    const outcome = this.outcomeOf(node, use)
    return { ...outcome, text: lead + outcome.text }
  }

  /** What becomes of an expression. */
  outcomeOf(node: TS.Node, use: 'value' | 'test'): Outcome {
    const result = written(this.rewriter.expressions.rewritten(node, use))
    const text = unmasked(open(result).text)
    if (!result.isChanged) return { text, isChanged: false }
    const { known, effects } = result
    return { text, isChanged: true, known: effects.length === 0 ? known : undefined }
  }

  /** The new text of a node in its place. */
  textOf(node: TS.Node): string {
    return unmasked(this.rewriter.text(node))
  }
}

interface Part {
  readonly before: string
  readonly code: string
  readonly start: number
  readonly after: string
}

/** A part of the template in the program. */
interface Place {
  readonly at: number
  readonly start: number
  readonly length: number
}

const unmasked = (text: string): string => text.replaceAll(BREAK, '\n')
