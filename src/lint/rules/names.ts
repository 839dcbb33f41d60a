import type { Rule } from 'eslint'
import type * as ESTree from '../estree'
import { didYouMean } from '../../core/suggest'
import { pastFrom } from '../../core/time'
import { definitionOf } from '../asked'
import { literalText } from '../code'
import { liveFile } from '../live-file'
import { questionRule } from '../question-rule'

/** A name that is written where it is asked for can be searched for, and its block be deleted. */
export const literalName = questionRule(
  'literal-name',
  'Names of features are literals where they are asked for.',
  { computed: 'Write the name here as a literal, so that a search finds this place.' },
  (context, code) =>
    ({ name }) => {
      if (name === undefined || literalText(name) !== undefined || isMeant(name)) return
      const text = name.type === 'Identifier' ? constantText(name, code) : undefined
      context.report({
        node: name,
        messageId: 'computed',
        suggest: text === undefined ? [] : [replacement(name, text)],
      })
    },
)

/** `name as FeatureName` says that the name is not in the code. */
function isMeant(node: ESTree.Node): boolean {
  const { type, typeAnnotation } = node as {
    readonly type: string
    readonly typeAnnotation?: { readonly typeName?: { readonly name?: string } }
  }
  return type === 'TSAsExpression' && typeAnnotation?.typeName?.name === 'FeatureName'
}

/** The text of `const NAME = 'x'`. */
function constantText(
  node: ESTree.Identifier,
  code: Parameters<typeof definitionOf>[1],
): string | undefined {
  const definition = definitionOf(node, code)
  if (definition?.type !== 'Variable' || definition.parent.kind !== 'const') return undefined
  return literalText(definition.node.init ?? undefined)
}

/** Names that the live file does not have. */
export const knownFeature = questionRule(
  'known-feature',
  'Features that are asked for are in the live file.',
  {
    unknown: 'The live file has no feature_{{name}}{{meant}}',
    prefixed: 'Write the name without feature_: {{meant}}.',
    unreadable: 'settings.liveflag.file: {{problem}}',
  },
  (context) => {
    const live = liveFile(context)
    return ({ name, node }) => {
      const text = literalText(name)
      if (live === undefined || name === undefined || text === undefined) return
      if (live.problem !== undefined) {
        const data = { problem: live.problem }
        context.report({ node, messageId: 'unreadable', data })
        return
      }
      if (live.features.has(text)) return
      const bare = text.replace(/^feature_/, '')
      const isPrefixed = bare !== text && live.features.has(bare)
      const meant = isPrefixed ? bare : didYouMean(text, [...live.features.keys()])
      const data = isPrefixed
        ? { name: text, meant: bare }
        : { name: text, meant: meant === undefined ? '.' : `; did you mean ${meant}?` }
      context.report({
        node: name,
        messageId: isPrefixed ? 'prefixed' : 'unknown',
        data,
        suggest: meant === undefined ? [] : [replacement(name, meant)],
      })
    }
  },
)

/** Features that should be gone from the code. */
export const noExpiredFeature = questionRule(
  'no-expired-feature',
  'Features past their expires are removed from the code.',
  {
    expired: 'feature_{{name}} expired on {{expires}}; remove it from the code, or move the date.',
  },
  (context) => {
    const live = liveFile(context)
    return ({ name, node }) => {
      const text = literalText(name)
      const expires = text === undefined ? undefined : live?.features.get(text)?.metadata['expires']
      if (typeof expires !== 'string' || !(Date.now() >= pastFrom(expires))) return
      context.report({ node, messageId: 'expired', data: { name: text ?? '', expires } })
    }
  },
)

function replacement(node: ESTree.Node, text: string): Rule.SuggestionReportDescriptor {
  const inQuotes = `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`
  return { desc: `Write ${inQuotes}.`, fix: (fixer) => fixer.replaceText(node, inQuotes) }
}
