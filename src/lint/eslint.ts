import type { ESLint, Linter, Rule } from 'eslint'
import { noDuplicateCheck } from './rules/duplicates'
import { knownFeature, literalName, noExpiredFeature } from './rules/names'
import { knownVariant, noStoredResult } from './rules/results'

/** Says to ESLint what it examines with. */
export const meta = { name: 'liveflag', namespace: 'liveflag' }

/** The rules, by name: docs/lint.md. */
export const rules: Readonly<Record<string, Rule.RuleModule>> = {
  'literal-name': literalName,
  'no-stored-result': noStoredResult,
  'known-feature': knownFeature,
  'known-variant': knownVariant,
  'no-expired-feature': noExpiredFeature,
  'no-duplicate-check': noDuplicateCheck,
}

const plugin: ESLint.Plugin = { meta, rules: { ...rules } }

/**
 * Flat configs. `recommended` has every rule: an error, and `no-expired-feature` a warning.
 *
 * @example
 * export default [
 *   liveflag.configs.recommended,
 *   { settings: { liveflag: { file: 'config/live.yaml' } } },
 * ]
 */
export const configs: { readonly recommended: Linter.Config } = {
  recommended: {
    name: 'liveflag/recommended',
    plugins: { liveflag: plugin },
    rules: Object.fromEntries(
      Object.keys(rules).map((name): [string, Linter.RuleSeverity] => [
        `liveflag/${name}`,
        name === 'no-expired-feature' ? 'warn' : 'error',
      ]),
    ),
  },
}
