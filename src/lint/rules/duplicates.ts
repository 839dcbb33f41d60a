import type { Rule } from 'eslint'
import type * as ESTree from '../estree'
import { questionRule } from '../question-rule'

type Linked = ESTree.Node & { readonly parent?: Linked }

/** The same question twice, where the second answer is known from the first. */
export const noDuplicateCheck = questionRule(
  'no-duplicate-check',
  'A feature is asked for once in a condition and what depends on it.',
  {
    twice: 'Line {{line}} has asked this already, so the answer is known here; remove one of them.',
  },
  (context) => {
    const earlier: ESTree.Node[] = []
    return ({ node, question }) => {
      if (question !== 'isEnabled' && question !== 'useFeature') return
      const first = earlier.find((one) => sameText(one, node, context) && decides(one, node))
      earlier.push(node)
      if (!first) return
      context.report({ node, messageId: 'twice', data: { line: String(first.loc?.start.line) } })
    }
  },
)

const sameText = (a: ESTree.Node, b: ESTree.Node, { sourceCode }: Rule.RuleContext): boolean =>
  sourceCode.getText(a).replaceAll(/\s|\?(?=\.)/g, '') ===
  sourceCode.getText(b).replaceAll(/\s|\?(?=\.)/g, '')

/** Whether the later question is only reached with one known answer to the earlier. */
function decides(earlier: Linked, later: Linked): boolean {
  for (let at = later; at.parent; at = at.parent) {
    const { parent } = at
    if (/Function/.test(parent.type)) return false
    if (parent.type === 'LogicalExpression' && parent.right === at) {
      if (parent.operator !== '??' && isOperand(earlier, parent.left, parent.operator)) return true
    }
    if (parent.type === 'IfStatement' || parent.type === 'ConditionalExpression') {
      if (parent.consequent === at && isOperand(earlier, parent.test, '&&')) return true
      if (parent.alternate === at && isOperand(earlier, parent.test, '||')) return true
    }
  }
  return false
}

/** Whether a node is the whole of an expression, or one of its operands, `!` aside. */
function isOperand(node: ESTree.Node, of: ESTree.Node, operator: '&&' | '||'): boolean {
  if (node === of) return true
  if (of.type === 'ChainExpression') return isOperand(node, of.expression, operator)
  if (of.type === 'UnaryExpression' && of.operator === '!')
    return of.argument.type !== 'LogicalExpression' && isOperand(node, of.argument, operator)
  if (of.type !== 'LogicalExpression' || of.operator !== operator) return false
  return isOperand(node, of.left, operator) || isOperand(node, of.right, operator)
}
