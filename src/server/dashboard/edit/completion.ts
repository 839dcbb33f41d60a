import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import { resolved, type Schema, selectorsOf } from './schema'

type Source = (context: CompletionContext) => CompletionResult | null

/** Keys that the schema has at the place of the cursor, with their sentences. */
export function completionOf(root: Schema): Source {
  return (context) => {
    const word = context.matchBefore(/[\w-]*/)
    const line = context.state.doc.lineAt(context.pos)
    const before = line.text.slice(0, context.pos - line.from)
    if (!word || !/^\s*[\w-]*$/.test(before)) return null
    if (word.from === word.to && !context.explicit) return null
    const parents = parentsOf(context, line.number, word.from - line.from)
    const schema = schemaAt(root, parents)
    const options = Object.entries(schema?.properties ?? {}).map(
      ([label, { description }]): Completion => ({
        label,
        type: 'property',
        apply: `${label}: `,
        ...(description !== undefined && { info: description }),
      }),
    )
    return { from: word.from, options }
  }
}

/** The keys that a line is below, from the outermost, by their indentation. */
function parentsOf({ state }: CompletionContext, line: number, indent: number): readonly string[] {
  const parents: string[] = []
  let within = indent
  for (let number = line - 1; number > 0 && within > 0; number--) {
    const found = /^(\s*)(?:- )?([\w-]+):\s*(?:#.*)?$/.exec(state.doc.line(number).text)
    const [, space = '', key = ''] = found ?? []
    if (!found || space.length >= within) continue
    parents.unshift(key)
    within = space.length
  }
  return parents
}

function schemaAt(root: Schema, parents: readonly string[]): Schema | undefined {
  const [entry = '', ...keys] = parents
  if (!entry.startsWith('feature_')) return undefined
  return keys.reduce<Schema | undefined>((schema, key) => {
    const next = schema?.properties?.[key]
    return next && resolved(next, root)
  }, selectorsOf(root))
}
