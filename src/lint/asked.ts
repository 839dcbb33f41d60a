import type { Scope } from 'eslint'
import type * as ESTree from './estree'
import type { Code } from './code'

/** A place that asks for a feature. */
export interface Asked {
  /** The call, or the element `<Feature name="x">`. */
  readonly node: ESTree.Node
  /** `isEnabled`, `variant`, a getter or a hook. */
  readonly question: string
  readonly isHook: boolean
  /** What stands where the name belongs; undefined when nothing does. */
  readonly name: ESTree.Node | undefined
}

/** Questions that take a name first. */
const QUESTIONS: ReadonlySet<string> = new Set([
  'isEnabled',
  'variant',
  'value',
  'decide',
  'explain',
  'getBooleanValue',
  'getStringValue',
  'getNumberValue',
  'getObjectValue',
  'details',
])

/** Methods of features that return questions about one visitor. */
const REQUESTS: ReadonlySet<string> = new Set(['for', 'about'])

const HOOK = /^use[A-Z]/
const LIVEFLAG = /^liveflag(?:\/|$)/

/** What a call asks, when it is liveflag's: by its imports, and by the names of receivers. */
export function askedBy(node: ESTree.CallExpression, code: Code): Asked | undefined {
  const callee = plain(node.callee)
  const [name] = node.arguments
  const asks = (question: string, isHook = false): Asked => ({ node, question, isHook, name })
  if (callee.type === 'MemberExpression') {
    const question = keyOf(callee)
    if (question === undefined || !QUESTIONS.has(question)) return undefined
    return isReceiver(callee.object, code) ? asks(question) : undefined
  }
  if (callee.type !== 'Identifier') return undefined
  const definition = definitionOf(callee, code)
  const imported = importedAs(definition)
  if (imported)
    return LIVEFLAG.test(imported.from) && HOOK.test(imported.name)
      ? asks(imported.name, true)
      : undefined
  const question = destructured(callee.name, definition, code)
  return question !== undefined && QUESTIONS.has(question) ? asks(question) : undefined
}

interface Element {
  readonly name: { readonly type: string; readonly name?: string }
  readonly attributes: readonly {
    readonly name?: { readonly name?: string }
    readonly value?: ESTree.Node & { readonly expression?: ESTree.Node }
  }[]
}

/** What `<Feature name="x">` of liveflag asks. */
export function askedByElement(node: ESTree.Node, code: Code): Asked | undefined {
  // Nodes of JSX are not among those of ESTree.
  const { name, attributes } = node as unknown as Element
  if (name.type !== 'JSXIdentifier' || name.name === undefined) return undefined
  const imported = importedAs(definedAt(node, name.name, code))
  if (!imported || imported.name !== 'Feature' || !LIVEFLAG.test(imported.from)) return undefined
  const given = attributes.find((attribute) => attribute.name?.name === 'name')?.value
  return { node, question: 'Feature', isHook: true, name: given?.expression ?? given }
}

/** Without what changes only the type, or what is asked when something is missing. */
export function plain(node: ESTree.Node): ESTree.Node {
  // Nodes of TypeScript are not among those of ESTree.
  const inner = node as { type: string; expression?: ESTree.Node; argument?: ESTree.Node }
  switch (inner.type) {
    case 'ChainExpression':
    case 'TSNonNullExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion':
      return inner.expression ? plain(inner.expression) : node
    case 'AwaitExpression':
      return inner.argument ? plain(inner.argument) : node
    default:
      return node
  }
}

const keyOf = ({ property, computed }: ESTree.MemberExpression): string | undefined =>
  property.type === 'Identifier' && !computed
    ? property.name
    : property.type === 'Literal' && typeof property.value === 'string'
      ? property.value
      : undefined

/** Whether an expression is features, or the questions of a request. */
function isReceiver(expression: ESTree.Node, code: Code, depth = 0): boolean {
  const node = plain(expression)
  if (depth > DEEPEST) return false
  const inner = (one: ESTree.Node): boolean => isReceiver(one, code, depth + 1)
  if (node.type === 'MemberExpression') {
    const key = keyOf(node)
    if (key === undefined) return false
    return code.receivers.has(key) || (key === 'global' && inner(node.object))
  }
  if (node.type === 'LogicalExpression') return inner(node.left) || inner(node.right)
  if (node.type === 'CallExpression') return isOpened(node, code, inner)
  if (node.type !== 'Identifier') return false
  return isReceiverByName(node, code, inner)
}

/** A variable may be defined by another, and that by another. */
const DEEPEST = 8

/** `features.for(world)`, or what a function of liveflag has opened. */
function isOpened(
  { callee }: ESTree.CallExpression,
  code: Code,
  inner: (node: ESTree.Node) => boolean,
): boolean {
  const called = plain(callee)
  if (called.type === 'MemberExpression')
    return REQUESTS.has(keyOf(called) ?? '') && inner(called.object)
  if (called.type !== 'Identifier') return false
  const imported = importedAs(definitionOf(called, code))
  return imported !== undefined && LIVEFLAG.test(imported.from) && !HOOK.test(imported.name)
}

function isReceiverByName(
  node: ESTree.Identifier,
  code: Code,
  inner: (node: ESTree.Node) => boolean,
): boolean {
  const definition = definitionOf(node, code)
  const imported = importedAs(definition)
  // A package other than liveflag has features of its own.
  if (imported) return code.receivers.has(imported.name) && /^[./@~#]/.test(imported.from)
  if (definition?.type === 'Variable' && definition.node.init) {
    const init: ESTree.Node = definition.node.init
    if (definition.node.id.type === 'Identifier' && inner(init)) return true
    if (isOfAnotherPackage(init, code)) return false
    if (definition.node.id.type === 'ObjectPattern')
      return code.receivers.has(keyInPattern(definition.node.id, node.name) ?? '')
  }
  if (definition?.type === 'Parameter' && isCallbackOfRun(definition.node, inner)) return true
  return code.receivers.has(node.name)
}

/** `createClient()` of a package that is not liveflag. */
function isOfAnotherPackage(init: ESTree.Node, code: Code): boolean {
  const node = plain(init)
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return false
  let callee: ESTree.Node = plain(node.callee)
  while (callee.type === 'MemberExpression') callee = plain(callee.object)
  if (callee.type !== 'Identifier') return false
  const imported = importedAs(definitionOf(callee, code))
  return imported !== undefined && !LIVEFLAG.test(imported.from) && !/^[./@~#]/.test(imported.from)
}

/** `features.run(world, (request) => …)`. */
function isCallbackOfRun(
  callback: ESTree.Node & { parent?: ESTree.Node },
  inner: (node: ESTree.Node) => boolean,
): boolean {
  const { parent } = callback
  if (parent?.type !== 'CallExpression') return false
  const callee = plain(parent.callee)
  return callee.type === 'MemberExpression' && keyOf(callee) === 'run' && inner(callee.object)
}

/** The question that a variable was taken from: `const { isEnabled: on } = req.features`. */
function destructured(
  name: string,
  definition: Scope.Definition | undefined,
  code: Code,
): string | undefined {
  if (definition?.type !== 'Variable' || !definition.node.init) return undefined
  const { id, init } = definition.node
  if (id.type === 'ObjectPattern')
    return isReceiver(init, code) ? keyInPattern(id, name) : undefined
  const taken = plain(init)
  return taken.type === 'MemberExpression' && isReceiver(taken.object, code)
    ? keyOf(taken)
    : undefined
}

function keyInPattern(pattern: ESTree.ObjectPattern, name: string): string | undefined {
  for (const property of pattern.properties) {
    if (property.type !== 'Property') continue
    const value = property.value.type === 'AssignmentPattern' ? property.value.left : property.value
    if (value.type !== 'Identifier' || value.name !== name) continue
    return property.key.type === 'Identifier' ? property.key.name : undefined
  }
  return undefined
}

function importedAs(
  definition: Scope.Definition | undefined,
): { readonly name: string; readonly from: string } | undefined {
  if (definition?.type === 'ImportBinding') {
    const { node, parent } = definition
    const name =
      node.type === 'ImportSpecifier' && node.imported.type === 'Identifier'
        ? node.imported.name
        : definition.name.name
    return { name, from: String(parent.source.value) }
  }
  return required(definition)
}

/** `const { useFeature } = require('liveflag/react')`. */
function required(
  definition: Scope.Definition | undefined,
): { readonly name: string; readonly from: string } | undefined {
  if (definition?.type !== 'Variable' || !definition.node.init) return undefined
  const { id, init } = definition.node
  if (init.type !== 'CallExpression' || init.callee.type !== 'Identifier') return undefined
  const [from] = init.arguments
  if (init.callee.name !== 'require' || from?.type !== 'Literal') return undefined
  const { name } = definition.name
  const taken = id.type === 'ObjectPattern' ? keyInPattern(id, name) : name
  return { name: taken ?? name, from: String(from.value) }
}

/** The one definition of a variable; undefined of a global. */
export const definitionOf = (node: ESTree.Identifier, code: Code): Scope.Definition | undefined =>
  definedAt(node, node.name, code)

function definedAt(
  node: ESTree.Node,
  name: string,
  { scopeOf }: Code,
): Scope.Definition | undefined {
  for (let scope: Scope.Scope | null = scopeOf(node); scope; scope = scope.upper) {
    const variable = scope.set.get(name)
    if (variable) return variable.defs[0]
  }
  return undefined
}
