import type { Rule } from 'eslint'
import type * as ESTree from './estree'
import { type Asked, askedBy, askedByElement } from './asked'
import { type Code, codeOf } from './code'

/** The page is in the package. */
const PAGE = 'https://unpkg.com/liveflag/docs/lint.md'

/** A rule about each call that asks for a feature. */
export function questionRule(
  name: string,
  description: string,
  messages: Readonly<Record<string, string>>,
  create: (context: Rule.RuleContext, code: Code) => (asked: Asked) => void,
): Rule.RuleModule {
  return {
    meta: {
      type: 'problem',
      docs: { description, url: `${PAGE}#${name}`, recommended: true },
      hasSuggestions: true,
      schema: [],
      messages: { ...messages },
    },
    create(context) {
      const code = codeOf(context)
      const examine = create(context, code)
      return {
        CallExpression(node) {
          const asked = askedBy(node, code)
          if (asked) examine(asked)
        },
        JSXOpeningElement(node: ESTree.Node) {
          const asked = askedByElement(node, code)
          if (asked) examine(asked)
        },
      }
    },
  }
}
