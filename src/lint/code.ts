import type { Rule, Scope } from 'eslint'
import type * as ESTree from './estree'
import { isJsonList, isJsonObject, type JsonValue, own } from '../core/json'

/** What rules know of the code that is examined. */
export interface Code {
  /** Names of variables and members that hold features. */
  readonly receivers: ReadonlySet<string>
  readonly scopeOf: (node: ESTree.Node) => Scope.Scope
}

const RECEIVERS = ['features', 'flags']

/** The settings of `settings.liveflag`. */
export function settingsOf({ settings }: Rule.RuleContext): Readonly<Record<string, JsonValue>> {
  // What users write; each member is checked where it is read.
  const { liveflag = {} } = settings as { readonly liveflag?: JsonValue }
  return isJsonObject(liveflag) ? liveflag : {}
}

export function codeOf(context: Rule.RuleContext): Code {
  const named = own(settingsOf(context), 'receivers')
  const names = isJsonList(named) ? named.filter((name) => typeof name === 'string') : RECEIVERS
  return {
    receivers: new Set(names.map((name) => name.slice(name.lastIndexOf('.') + 1))),
    scopeOf: (node) => context.sourceCode.getScope(node),
  }
}

/** The text that an expression is in every run; undefined when it is computed. */
export function literalText(node: ESTree.Node | undefined): string | undefined {
  if (node === undefined) return undefined
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0)
    return node.quasis[0]?.value.cooked ?? undefined
  // `'x' as const` and `'x' satisfies FeatureName` of TypeScript, whose nodes ESTree lacks.
  const typed = node as { readonly type: string; readonly expression?: ESTree.Node }
  return typed.type === 'TSAsExpression' || typed.type === 'TSSatisfiesExpression'
    ? literalText(typed.expression)
    : undefined
}
