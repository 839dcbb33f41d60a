import type { Metadata } from '../core/feature'
import { type JsonValue, own } from '../core/json'
import { printable } from '../core/printable'
import { comment, keyText, literal, typeOfValues } from './typescript'
import type { TypedFeature } from './typed-feature'

/**
 * The text of a `.d.ts` that adds the features to `FeatureTypes`. It depends on the features and on
 * `from` alone: no clock, no version, no order.
 *
 * @param from what the header names: the path of the live config
 */
export function declarationsOf(features: readonly TypedFeature[], from: string): string {
  const members = features.toSorted(byName).flatMap(memberOf)
  const needsJson = members.some(
    (line) => /\bJsonValue\b/.test(line) && !/^\s*(?:\/\*|\*)/.test(line),
  )
  return [
    `// The features of ${printable(from)}, written by \`liveflag types\`. Run it again instead of editing this file.`,
    '/* eslint-disable */',
    needsJson ? "import type { JsonValue } from 'liveflag'" : 'export {}',
    '',
    "declare module 'liveflag' {",
    '  interface FeatureTypes {',
    ...members,
    '  }',
    '}',
    '',
  ].join('\n')
}

const byName = (a: TypedFeature, b: TypedFeature): number => (a.name < b.name ? -1 : 1)

function memberOf({ name, metadata, variants, values }: TypedFeature): readonly string[] {
  const members = [
    `variant: ${variants.map(literal).join(' | ') || 'never'}`,
    `value: ${typeOfValues(values)}`,
    ...(own(metadata, 'client') === true ? ['client: true'] : []),
  ]
  return [...comment(notesOf(metadata), '    '), `    ${keyText(name)}: { ${members.join('; ')} }`]
}

/** What people should know where they ask for the feature. */
function notesOf(metadata: Metadata): readonly string[] {
  const note = (key: string, words: string): readonly string[] => {
    const value: JsonValue | undefined = own(metadata, key)
    if (value === undefined || value === null) return []
    return [`${words}${typeof value === 'string' ? value : JSON.stringify(value)}`]
  }
  return [...note('description', ''), ...note('owner', 'Owner: '), ...note('expires', 'Expires: ')]
}
