import type { ASTNode } from '@marcbachmann/cel-js' with { 'resolution-mode': 'import' }
import { ATTRIBUTES } from './cel-tree'

/** A comparison of one attribute with constants, within an expression. */
export interface CelLeaf {
  /** The attribute, and a member of it: `['company', 'size']`. */
  readonly path: readonly string[]
  readonly constants: readonly (string | number | boolean)[]
  /** The comparison as it is written. */
  readonly text: string
}

/**
 * The comparisons that an expression is made of; undefined when it asks anything else, such as what
 * a text begins with, so that its answer does not follow from them.
 */
export function leavesIn(root: ASTNode, text: string): readonly CelLeaf[] | undefined {
  switch (root.op) {
    case '&&':
    case '||': {
      const [a, b] = root.args.map((part) => leavesIn(part, text))
      return a && b && [...a, ...b]
    }
    case '!_':
      return leavesIn(root.args, text)
    case 'value':
      return typeof root.args === 'boolean' ? [] : undefined
    default:
      return leafOf(root, text)
  }
}

function leafOf(node: ASTNode, text: string): readonly CelLeaf[] | undefined {
  const written = text.slice(node.start, node.end)
  const of = (
    path: readonly string[] | undefined,
    constants: CelLeaf['constants'] | undefined,
  ): readonly CelLeaf[] | undefined => path && constants && [{ path, constants, text: written }]
  switch (node.op) {
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=': {
      const [a, b] = node.args
      const path = pathOf(a)
      return path ? of(path, literalsOf(b)) : of(pathOf(b), literalsOf(a))
    }
    case 'in': {
      const [a, b] = node.args
      return of(pathOf(a), b.op === 'list' ? allOf(b.args) : undefined)
    }
    case 'call': {
      const [name, [first]] = node.args
      return name === 'has' && first ? of(pathOf(first), []) : undefined
    }
    default:
      return of(pathOf(node), [true, false])
  }
}

function allOf(nodes: readonly ASTNode[]): CelLeaf['constants'] | undefined {
  const all = nodes.map(literalsOf)
  return all.every((one) => one !== undefined) ? all.flat() : undefined
}

/** The constant of a node; none for null, which every visitor without the attribute has. */
function literalsOf(node: ASTNode): CelLeaf['constants'] | undefined {
  if (node.op === '-_') {
    const [negated] = literalsOf(node.args) ?? []
    return typeof negated === 'number' ? [-negated] : undefined
  }
  if (node.op !== 'value') return undefined
  const value: unknown = node.args
  if (value === null) return []
  if (typeof value === 'bigint') return [Number(value)]
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? [value]
    : undefined
}

/** `country`, `attributes.country`, `attributes["country"]` and `company.size`. */
function pathOf(node: ASTNode): readonly string[] | undefined {
  if (node.op === 'id') return node.args === ATTRIBUTES ? undefined : [node.args]
  if (node.op !== '.' && node.op !== '[]') return undefined
  const [object, key] = node.args
  const name = typeof key === 'string' ? key : key.op === 'value' ? key.args : undefined
  if (typeof name !== 'string') return undefined
  if (object.op === 'id' && object.args === ATTRIBUTES) return [name]
  const outer = pathOf(object)
  return outer && [...outer, name]
}
