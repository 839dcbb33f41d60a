import { nodesIn, parser, type TS } from '../parser'
import type { Project } from '../project'
import { textOf, withoutTypes } from './names'
import type { Script } from './script'

/** A place of the code that asks for a feature. */
export interface Question {
  readonly node: TS.Node
  /** `isEnabled`, `variant`, … or `<Feature>`, `@Feature`. */
  readonly method: string
  /** Undefined: it is known only when the code runs. */
  readonly feature: string | undefined
  /** Where the name is written. */
  readonly name: TS.Node | undefined
  /** Whether what is asked is certainly liveflag: by its import, or by what it is called. */
  readonly isSure: boolean
  /** The arguments after the name. */
  readonly rest: readonly TS.Expression[]
}

/** Methods whose first argument is the name of a feature. */
export const METHODS: ReadonlySet<string> = new Set([
  'isEnabled',
  'variant',
  'value',
  'decide',
  'explain',
  'details',
  'getBooleanValue',
  'getStringValue',
  'getNumberValue',
  'getObjectValue',
])
/** Those that other libraries are unlikely to have, so that they are listed whatever they are asked of. */
const TELLING = new Set(['isEnabled', 'getBooleanValue', 'getStringValue', 'getNumberValue'])
const HOOKS = new Set(['useFeature', 'useVariant', 'useFeatureValue'])
const VALUE_HOOK = 'useValue'
const RECEIVERS = new Set(['features', 'flags', 'feature', 'liveflag'])
const OPENERS = new Set(['openFeatures', 'useFeatures', 'createTestFeatures', 'testFeatures'])

/** Every question of a file, in the order of the text. */
export function questionsIn(script: Script, project: Project): readonly Question[] {
  return [...nodesIn(script.tree)].flatMap((node) => questionAt(node, script, project) ?? [])
}

export function questionAt(node: TS.Node, script: Script, project: Project): Question | undefined {
  const ts = parser()
  if (ts.isDecorator(node)) return decoratorAt(node, script, project)
  if (ts.isJsxOpeningElement(node) || ts.isJsxSelfClosingElement(node))
    return elementAt(node, script, project)
  if (ts.isPropertyAccessExpression(node) || ts.isIdentifier(node)) return handedOnAt(node, script)
  if (!ts.isCallExpression(node) || ts.isDecorator(node.parent)) return undefined
  const method = methodOf(node, script, project)
  if (method === undefined) return undefined
  if (method.name === 'allEnabled') return withoutName(node, method.name)
  const [name, ...rest] = node.arguments
  const feature = name && textOf(name, script, project)
  if (name === undefined || (!method.isSure && feature === undefined)) return undefined
  return { node, method: method.name, feature, name, isSure: method.isSure, rest }
}

const withoutName = (node: TS.Node, method: string): Question => ({
  node,
  method,
  feature: undefined,
  name: undefined,
  isSure: true,
  rest: [],
})

/** A method that is handed to other code, which may ask for any feature: `names.filter(isEnabled)`. */
function handedOnAt(
  node: TS.PropertyAccessExpression | TS.Identifier,
  script: Script,
): Question | undefined {
  const ts = parser()
  const { parent } = node
  if (ts.isPropertyAccessExpression(node)) {
    const isCalled = ts.isCallExpression(parent) && parent.expression === node
    const isObject = ts.isPropertyAccessExpression(parent) && parent.expression === node
    const name = node.name.text
    return !isCalled && !isObject && METHODS.has(name) && isReceiver(node.expression, script)
      ? withoutName(node, name)
      : undefined
  }
  if (!ts.isCallExpression(parent) || !parent.arguments.includes(node)) return undefined
  const method = boundMethod(node, script)
  return method === undefined ? undefined : withoutName(node, method)
}

interface Method {
  readonly name: string
  readonly isSure: boolean
}

function methodOf(
  { expression }: TS.CallExpression,
  script: Script,
  project: Project,
): Method | undefined {
  const ts = parser()
  if (ts.isPropertyAccessExpression(expression)) {
    const name = expression.name.text
    if (project.asks.includes(name)) return { name: 'isEnabled', isSure: true }
    if (!METHODS.has(name) && name !== 'allEnabled') return undefined
    if (isReceiver(expression.expression, script)) return { name, isSure: true }
    return TELLING.has(name) ? { name, isSure: false } : undefined
  }
  if (!ts.isIdentifier(expression)) return undefined
  const { text } = expression
  if (project.asks.includes(text)) return { name: 'isEnabled', isSure: true }
  if (HOOKS.has(text)) return { name: text, isSure: true }
  if (text === VALUE_HOOK) return valueHook(expression, script)
  const bound = boundMethod(expression, script)
  return bound === undefined ? undefined : { name: bound, isSure: true }
}

/** Other libraries have a hook of this name. */
function valueHook(name: TS.Identifier, script: Script): Method | undefined {
  const declaration = script.declarationOf(name)
  return declaration && parser().isImportSpecifier(declaration) && isOfLiveflag(declaration)
    ? { name: VALUE_HOOK, isSure: true }
    : undefined
}

/** The method that a name stands for: taken out of `features`, or imported from liveflag. */
function boundMethod(name: TS.Identifier, script: Script): string | undefined {
  const ts = parser()
  // Most calls are of other functions, and to look up a scope takes long.
  if (!METHODS.has(name.text) && !aliasesIn(script).has(name.text)) return undefined
  const declaration = script.declarationOf(name)
  if (declaration === undefined) return undefined
  if (ts.isImportSpecifier(declaration)) {
    const method = (declaration.propertyName ?? declaration.name).text
    return METHODS.has(method) && isOfLiveflag(declaration) ? method : undefined
  }
  if (!ts.isBindingElement(declaration)) return undefined
  const method = declaration.propertyName ?? declaration.name
  if (!ts.isIdentifier(method) || !METHODS.has(method.text)) return undefined
  return isTakenFromReceiver(declaration, script) ? method.text : undefined
}

const aliases = new WeakMap<Script, ReadonlySet<string>>()

/** The names that methods are given: `on` of `{ isEnabled: on }`. */
function aliasesIn(script: Script): ReadonlySet<string> {
  const found =
    aliases.get(script) ??
    new Set(
      Array.from(
        script.text.matchAll(/\b(\w+)\s*(?::|\bas\b)\s*([\w$]+)/g),
        ([, method = '', alias = '']) => (METHODS.has(method) ? alias : ''),
      ),
    )
  aliases.set(script, found)
  return found
}

function isOfLiveflag(specifier: TS.ImportSpecifier): boolean {
  const from = specifier.parent.parent.parent.moduleSpecifier
  return parser().isStringLiteral(from) && /^liveflag(\/|$)/.test(from.text)
}

function isTakenFromReceiver({ parent: pattern }: TS.BindingElement, script: Script): boolean {
  const ts = parser()
  const { parent } = pattern
  // `({ features: { isEnabled } }) => …`
  if (ts.isBindingElement(parent))
    return RECEIVERS.has((parent.propertyName ?? parent.name).getText())
  return (
    ts.isVariableDeclaration(parent) &&
    parent.initializer !== undefined &&
    isReceiver(parent.initializer, script)
  )
}

/** Whether an expression is `features`, by what it is called or by what made it. */
export function isReceiver(node: TS.Node, script: Script, depth = 0): boolean {
  const ts = parser()
  const inner = withoutTypes(ts.isAwaitExpression(node) ? node.expression : node)
  if (depth > 4) return false
  if (ts.isPropertyAccessExpression(inner))
    return RECEIVERS.has(inner.name.text.replace(/^[#_]/, ''))
  if (ts.isIdentifier(inner)) return isReceiverName(inner, script, depth)
  if (!ts.isCallExpression(inner)) return false
  const called = inner.expression
  if (ts.isIdentifier(called)) return OPENERS.has(called.text)
  if (!ts.isPropertyAccessExpression(called)) return false
  if (called.name.text === 'for') return isReceiver(called.expression, script, depth + 1)
  const [key] = inner.arguments
  // Hono's `c.get('features')`.
  return called.name.text === 'get' && !!key && ts.isStringLiteral(key) && RECEIVERS.has(key.text)
}

function isReceiverName(name: TS.Identifier, script: Script, depth: number): boolean {
  const ts = parser()
  if (RECEIVERS.has(name.text)) return true
  const declaration = script.declarationOf(name)
  return (
    declaration !== undefined &&
    ts.isVariableDeclaration(declaration) &&
    declaration.initializer !== undefined &&
    isReceiver(declaration.initializer, script, depth + 1)
  )
}

function decoratorAt(node: TS.Decorator, script: Script, project: Project): Question | undefined {
  const ts = parser()
  if (!ts.isCallExpression(node.expression)) return undefined
  const { expression, arguments: given } = node.expression
  const [name, ...rest] = given
  if (!ts.isIdentifier(expression) || expression.text !== 'Feature' || !name) return undefined
  const feature = textOf(name, script, project)
  return { node, method: '@Feature', feature, name, isSure: true, rest }
}

function elementAt(
  node: TS.JsxOpeningLikeElement,
  script: Script,
  project: Project,
): Question | undefined {
  const ts = parser()
  if (!ts.isIdentifier(node.tagName) || node.tagName.text !== 'Feature') return undefined
  const given = attributeOf(node, 'name')
  if (given === undefined) return undefined
  const name = ts.isJsxExpression(given) ? given.expression : given
  const feature = name && textOf(name, script, project)
  return { node, method: '<Feature>', feature, name, isSure: true, rest: [] }
}

/** What an attribute of an element is given; undefined when it is not there, or has no value. */
export function attributeOf(
  { attributes }: TS.JsxOpeningLikeElement,
  wanted: string,
): TS.JsxAttributeValue | undefined {
  const ts = parser()
  return attributes.properties
    .filter((one) => ts.isJsxAttribute(one))
    .find(({ name }) => name.getText() === wanted)?.initializer
}
