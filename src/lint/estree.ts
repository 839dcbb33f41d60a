import type { SourceCode } from 'eslint'

// The nodes of ESTree by way of ESLint, which is the package that users have.

export type Node = NonNullable<Parameters<NonNullable<SourceCode['getScope']>>[0]>

type Typed<Type extends Node['type']> = Extract<Node, { readonly type: Type }>

export type CallExpression = Typed<'CallExpression'>
export type Identifier = Typed<'Identifier'>
export type MemberExpression = Typed<'MemberExpression'>
export type ObjectPattern = Typed<'ObjectPattern'>
