import { parser, type TS } from '../parser'
import { attributeOf, questionAt } from '../script/questions'
import { open, placed, type Result, written } from './result'
import type { Rewriting } from './rewriting'
import { indentAt, indented } from './statement-list'

const KNOWN = new Set(['name', 'variant', 'fallback', 'key'])

/** Rewrites JSX: what is shown on a condition, and `<Feature>`. */
export class Elements {
  constructor(private readonly rewriter: Rewriting) {}

  /** The new text of an element, of `{…}` inside of one, or of a decorator; undefined of others. */
  replaced(node: TS.Node): string | undefined {
    const ts = parser()
    if (ts.isDecorator(node)) return this.decorator(node)
    if (ts.isJsxElement(node) || ts.isJsxFragment(node)) return this.element(node)
    if (ts.isJsxSelfClosingElement(node)) return this.feature(node, node, [])
    return undefined
  }

  private element(node: TS.JsxElement | TS.JsxFragment): string | undefined {
    const ts = parser()
    if (ts.isJsxElement(node)) {
      const replaced = this.feature(node, node.openingElement, node.children)
      if (replaced !== undefined) return replaced
    }
    const [start, end] = ts.isJsxElement(node)
      ? [node.openingElement, node.closingElement]
      : [node.openingFragment, node.closingFragment]
    return (
      this.rewriter.text(start) + this.children(node.children, start.end) + this.rewriter.text(end)
    )
  }

  private children(children: readonly TS.JsxChild[], start: number): string {
    const { answers } = this.rewriter
    let text = ''
    let done = start
    for (const child of children) {
      // Blanks between children are children themselves.
      const from = parser().isJsxText(child) ? child.pos : child.getStart()
      text += answers.slice(done, from)
      const replaced = this.child(child)
      if (replaced === '') text = text.replace(/\r?\n[ \t]*$/, '')
      text +=
        replaced ??
        (parser().isJsxText(child) ? answers.slice(from, child.end) : this.rewriter.text(child))
      done = child.end
    }
    return text
  }

  /** The text of a child; empty when it shows nothing, undefined when it is as it was. */
  private child(node: TS.JsxChild): string | undefined {
    const ts = parser()
    if (ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node)) {
      const text = this.rewriter.text(node)
      return text === 'null' ? '' : text
    }
    if (!ts.isJsxExpression(node) || node.dotDotDotToken || !node.expression) return undefined
    const result = this.rewriter.expressions.rewritten(node.expression, 'value')
    if (!result.isChanged) return undefined
    if (result.known && result.effects.length === 0 && typeof result.known.value !== 'string')
      return ''
    return this.shown(open(written(result)), node)
  }

  private shown(result: Result, place: TS.Node): string {
    const { script } = this.rewriter
    const isElement = result.node && isJsx(result.node)
    if (result.node?.getText() === 'null') return ''
    if (!isElement || !result.node) return `{${result.text}}`
    const from = indentAt(script.text, result.node.getStart())
    return indented(result.text, from, indentAt(script.text, place.getStart()))
  }

  private feature(
    node: TS.JsxElement | TS.JsxSelfClosingElement,
    opening: TS.JsxOpeningLikeElement,
    children: readonly TS.JsxChild[],
  ): string | undefined {
    const { answers, forced, script } = this.rewriter
    const question = questionAt(opening, script, answers.project)
    if (question?.feature !== forced.feature) {
      if (question && question.feature === undefined)
        answers.leave(
          opening,
          'the name is known only when the code runs, so it may be this one',
          false,
        )
      return undefined
    }
    const names = opening.attributes.properties.map(({ name }) => name?.getText() ?? '')
    const isShown = this.isShown(opening)
    if (isShown === undefined || names.some((name) => !KNOWN.has(name))) {
      answers.leave(opening, 'it has attributes that are not known here; replace it by hand')
      return undefined
    }
    return isShown ? this.inside(node, opening, children) : this.fallback(node, opening)
  }

  /** Undefined when its variant is not certain, or the feature's is not. */
  private isShown(opening: TS.JsxOpeningLikeElement): boolean | undefined {
    const { answers, forced } = this.rewriter
    const given = attributeOf(opening, 'variant')
    if (!given) return forced.isOn
    const wanted = answers.literalAt(
      parser().isJsxExpression(given) && given.expression ? given.expression : given,
    )
    if (wanted === undefined || (forced.isOn && forced.variant === undefined)) return undefined
    return wanted.value === forced.variant
  }

  private inside(node: TS.Node, opening: TS.Node, children: readonly TS.JsxChild[]): string {
    const ts = parser()
    const shown = children.filter((child) => !ts.isJsxText(child) || child.text.trim() !== '')
    const [only, another] = shown
    if (!only) return 'null'
    const isChild = ts.isJsxElement(node.parent) || ts.isJsxFragment(node.parent)
    const text = withoutOuterLines(this.children(children, opening.end))
    const from = indentAt(this.rewriter.script.text, only.getStart())
    const moved = indented(text, from, indentAt(this.rewriter.script.text, node.getStart()))
    if (moved.trim() === '') return 'null'
    // What was in an element that is gone as well may be no element, or several.
    const tag = /^<[\w.]*/.exec(only.getText())?.[0]
    const isElement = isJsx(only) && !another && tag !== undefined && moved.startsWith(tag)
    if (isChild || isElement) return moved
    return ts.isJsxExpression(only) && only.expression && !another
      ? this.rewriter.text(only.expression)
      : `<>${moved}</>`
  }

  private fallback(node: TS.Node, opening: TS.JsxOpeningLikeElement): string {
    const ts = parser()
    const given = attributeOf(opening, 'fallback')
    if (!given) return 'null'
    const isChild = ts.isJsxElement(node.parent) || ts.isJsxFragment(node.parent)
    if (!ts.isJsxExpression(given) || !given.expression) {
      const text = this.rewriter.text(given)
      return isChild ? `{${text}}` : text
    }
    const result = open(written(this.rewriter.expressions.rewritten(given.expression, 'value')))
    return isChild ? this.shown(result, node) || 'null' : placed(result, node)
  }

  /** A guard of a route that everybody may call is not needed. */
  private decorator(node: TS.Decorator): string | undefined {
    const { answers, forced, script } = this.rewriter
    const question = questionAt(node, script, answers.project)
    if (question?.feature !== forced.feature) return undefined
    answers.leave(
      node,
      forced.isOn
        ? 'delete the decorator: everybody may call this'
        : 'delete what it guards: nobody may call this',
    )
    return undefined
  }
}

/** Blanks at both ends count unless there is a line break in them. */
const withoutOuterLines = (text: string): string =>
  text.replace(/^[ \t]*\r?\n\s*/, '').replace(/\s*\r?\n[ \t]*$/, '')

function isJsx(node: TS.Node): boolean {
  const ts = parser()
  return ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node) || ts.isJsxFragment(node)
}
