import ts from 'typescript'
import { lineOf, nodesOf } from './source-tree'
import type { SourceFile } from './source-tree'

/** Something that makes a file's answers depend on more than its arguments. */
export interface Impurity {
  readonly line: number
  readonly what: string
}

const worldly = new Set([
  'console',
  'process',
  'globalThis',
  'global',
  'require',
  'fetch',
  'performance',
  'Promise',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
])
const worldlyMembers = new Set([
  'Date.now',
  'Math.random',
  'crypto.randomUUID',
  'crypto.getRandomValues',
])
const containers = new Set(['Map', 'Set', 'WeakMap', 'WeakSet', 'Array'])

/**
 * True when the identifier is the thing itself, and not the name of a member, a parameter or a
 * type.
 */
function isUse(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ts.isTypeNode(parent) || ts.isQualifiedName(parent)) return false
  return !('name' in parent && parent.name === node)
}

function waits(node: ts.Node): string | undefined {
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'is async'
  if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier))
    return 'awaits'
  return undefined
}

/**
 * `require('./patterns/linear')`: an import that happens on first use; the import test holds it to
 * its rules.
 */
const isLateImport = ({ parent }: ts.Node): boolean =>
  ts.isCallExpression(parent) &&
  parent.expression.getText() === 'require' &&
  parent.arguments.length === 1 &&
  parent.arguments.every(ts.isStringLiteral)

function asksTheWorld(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node) && worldly.has(node.text) && isUse(node) && !isLateImport(node))
    return `uses ${node.text}`
  if (ts.isPropertyAccessExpression(node) && worldlyMembers.has(node.getText()))
    return `uses ${node.getText()}`
  const callsDate =
    (ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === 'Date'
  return callsDate ? 'makes a Date' : undefined
}

/**
 * A module-level binding that can change: `let`, or a container whose type does not say that it is
 * only read.
 */
function keepsState(node: ts.Node): string | undefined {
  if (!ts.isVariableStatement(node) || !ts.isSourceFile(node.parent)) return undefined
  if (!(node.declarationList.flags & ts.NodeFlags.Const)) return 'has a module-level let'
  const mutable = node.declarationList.declarations.find(({ initializer, type }) => {
    const made =
      initializer &&
      ts.isNewExpression(initializer) &&
      containers.has(initializer.expression.getText())
    return made && !type?.getText().startsWith('Readonly')
  })
  return (
    mutable &&
    `keeps ${mutable.name.getText()}, a container that may change: give it a Readonly type, or make it where it is used`
  )
}

export function impurities(file: SourceFile): Impurity[] {
  return nodesOf(file.tree).flatMap((node) => {
    const what = waits(node) ?? asksTheWorld(node) ?? keepsState(node)
    return what === undefined ? [] : [{ line: lineOf(file, node), what }]
  })
}
