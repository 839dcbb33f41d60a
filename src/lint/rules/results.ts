import type { Rule } from 'eslint'
import type * as ESTree from '../estree'
import { type Asked, plain } from '../asked'
import { literalText } from '../code'
import { liveFile } from '../live-file'
import { questionRule } from '../question-rule'

type Linked = ESTree.Node & { readonly parent?: Linked }

/** The expression that a call is, with what changes only its type. */
function whole(node: Linked): Linked {
  const { parent } = node
  return parent && plain(parent) === plain(node) ? whole(parent) : node
}

/** Results that outlive the question: a block that is guarded by them cannot be found by its name. */
export const noStoredResult = questionRule(
  'no-stored-result',
  'Answers are used where they are asked for, and not stored.',
  {
    stored: 'Ask in the condition itself, so that the block can be kept or deleted whole.',
    once: 'This is asked once, when the module is loaded; ask in the function that needs it.',
  },
  (context) =>
    ({ node, question, isHook }) => {
      if (isHook) return
      const isOnce = isAskedOnce(node)
      if (question !== 'isEnabled' && !isOnce) return
      if (!isStored(whole(node))) return
      context.report({ node, messageId: isOnce ? 'once' : 'stored' })
    },
)

function isStored(node: Linked): boolean {
  const { parent } = node
  if (parent === undefined) return false
  switch (parent.type) {
    case 'VariableDeclarator':
      return parent.init === node
    case 'AssignmentExpression':
      return parent.right === node
    case 'PropertyDefinition':
      return parent.value === node
    case 'UnaryExpression':
    case 'LogicalExpression':
      return isStored(whole(parent))
    default:
      return false
  }
}

const isFunction = ({ type }: ESTree.Node): boolean =>
  type === 'FunctionDeclaration' ||
  type === 'FunctionExpression' ||
  type === 'ArrowFunctionExpression'

/** Outside all functions. */
function isAskedOnce(node: Linked): boolean {
  for (let at: Linked | undefined = node; at; at = at.parent) if (isFunction(at)) return false
  return true
}

/** Names of variants that the live file does not have. */
export const knownVariant = questionRule(
  'known-variant',
  'Variants that answers are compared with are in the live file.',
  {
    unknown: 'feature_{{name}} has no variant {{variant}}; it has {{variants}}.',
    none: 'feature_{{name}} has no variants, so its variant is always undefined.',
  },
  (context) => {
    const live = liveFile(context)
    return (asked) => {
      const name = literalText(asked.name)
      const feature = name === undefined ? undefined : live?.features.get(name)
      if (!feature || !/^(?:variant|useVariant)$/.test(asked.question)) return
      const { variants } = feature
      for (const { node, text } of comparedWith(asked, context)) {
        if (variants.includes(text)) continue
        const data = { name: name ?? '', variant: text, variants: variants.join(', ') }
        context.report({ node, messageId: variants.length === 0 ? 'none' : 'unknown', data })
      }
    }
  },
)

interface Compared {
  readonly node: ESTree.Node
  readonly text: string
}

/** The texts that an answer is compared with, also when it is in a variable. */
function comparedWith({ node }: Asked, { sourceCode }: Rule.RuleContext): readonly Compared[] {
  const expression = whole(node)
  const { parent } = expression
  if (parent?.type !== 'VariableDeclarator' || parent.id.type !== 'Identifier')
    return textsBeside(expression)
  const [variable] = sourceCode.getDeclaredVariables(parent)
  if (variable === undefined) return []
  if (variable.references.filter((one) => one.isWrite()).length > 1) return []
  return variable.references.flatMap(({ identifier }) => textsBeside(whole(identifier as Linked)))
}

function textsBeside(node: Linked): readonly Compared[] {
  const { parent } = node
  if (parent?.type === 'BinaryExpression' && /^[!=]==?$/.test(parent.operator))
    return compared([parent.left === node ? parent.right : parent.left])
  if (parent?.type === 'SwitchStatement' && parent.discriminant === node)
    return compared(parent.cases.map(({ test }) => test))
  return []
}

const compared = (nodes: readonly (ESTree.Node | null | undefined)[]): readonly Compared[] =>
  nodes.flatMap((node) => {
    const text = node ? literalText(node) : undefined
    return node && text !== undefined ? [{ node, text }] : []
  })
