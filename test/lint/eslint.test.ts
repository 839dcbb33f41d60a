/** The rules for code that asks for features, by the cases that they report and those they leave alone. */
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Linter, RuleTester } from 'eslint'
import typescript from 'typescript-eslint'
import { configs, rules } from '../../src/lint/eslint'

RuleTester.describe = describe
RuleTester.it = test

const folder = mkdtempSync(join(tmpdir(), 'liveflag-lint-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'live.yaml')
writeFileSync(
  file,
  `
feature_search: on
feature_old_header: { expires: 2020-01-01, gold: true }
feature_next_year: { expires: 2999-01-01, gold: true }
feature_checkout: { experiment: { loggedin: true, variants: [{ name: old }, { name: new }] } }
feature_broken: { percent_loggedin: much }
`,
)

const tester = new RuleTester({
  languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } },
  settings: { liveflag: { file } },
})
const typed = new RuleTester({
  languageOptions: { parser: typescript.parser },
  settings: { liveflag: { file } },
})

const rule = (name: string): NonNullable<(typeof rules)[string]> => {
  const found = rules[name]
  if (!found) throw new Error(`no rule ${name}`)
  return found
}

/** Of whatever is not liveflag's, no rule says anything. */
const NOT_OURS = [
  "isEnabled('gone')",
  "const on = isEnabled('gone')",
  "logger.isEnabled('gone')",
  "import { isEnabled } from 'unleash'; isEnabled(name)",
  "import { features } from 'launchdarkly'; features.isEnabled(name)",
  "import { createClient } from 'other'; const features = createClient(); const on = features.isEnabled('gone')",
  'features.has(name)',
  'features[method](name)',
  "import { useFeature } from '@growthbook/growthbook-react'; useFeature(name)",
  'function f({ isEnabled }) { return isEnabled(name) }',
]

/** Each way to ask, with a name that the live file lacks. */
const WAYS = [
  "features.isEnabled('gone')",
  "flags.isEnabled('gone')",
  "req.features.isEnabled('gone')",
  "ctx.features?.isEnabled?.('gone')",
  "c.var.features.variant('gone')",
  "this.features.decide('gone')",
  "features.for(world).getNumberValue('gone', 1)",
  "features.global.details('gone', 1)",
  "features.run(world, (request) => request.isEnabled('gone'))",
  "const f = req.features; f.isEnabled('gone')",
  "const { features: f } = req; f.isEnabled('gone')",
  "const { isEnabled } = req.features; isEnabled('gone')",
  "const { isEnabled: on } = features; on('gone')",
  "const on = features.isEnabled; on('gone')",
  "import { openFeatures } from 'liveflag'; const live = await openFeatures({}); live.isEnabled('gone')",
  "const { openFeatures } = require('liveflag'); const live = openFeatures({}); live.isEnabled('gone')",
  "import { features } from './features.js'; features.isEnabled('gone')",
  "import { useFeature as use } from 'liveflag/react'; use('gone')",
  "import { Feature } from 'liveflag/react'; <Feature name='gone'/>",
  'import { Feature } from "liveflag/react"; <Feature name={"gone"}/>',
  'features.isEnabled(`gone`)',
]

tester.run('known-feature', rule('known-feature'), {
  valid: [
    ...NOT_OURS,
    "features.isEnabled('search')",
    "features.isEnabled('broken')",
    'features.isEnabled(name)',
    'features.isEnabled()',
    "import { Feature } from 'other'; <Feature name='gone'/>",
    { code: "toggles.isEnabled('gone')" },
  ],
  invalid: [
    ...WAYS.map((code) => ({ code, errors: [{ messageId: 'unknown' }] })),
    {
      code: "toggles.isEnabled('gone')",
      settings: { liveflag: { file, receivers: ['req.toggles', 'toggles'] } },
      errors: [{ message: 'The live file has no feature_gone.' }],
    },
    {
      code: "features.isEnabled('serch')",
      errors: [
        {
          message: 'The live file has no feature_serch; did you mean search?',
          suggestions: [{ desc: "Write 'search'.", output: "features.isEnabled('search')" }],
        },
      ],
    },
    {
      code: "features.isEnabled('feature_search')",
      errors: [
        {
          message: 'Write the name without feature_: search.',
          suggestions: [{ desc: "Write 'search'.", output: "features.isEnabled('search')" }],
        },
      ],
    },
    {
      code: "features.isEnabled('search')",
      settings: { liveflag: { file: 'nowhere.yaml' } },
      errors: [{ message: /^settings\.liveflag\.file: nowhere\.yaml cannot be read: / }],
    },
  ],
})

typed.run('known-feature in TypeScript', rule('known-feature'), {
  valid: ["features.isEnabled('search' as const)", 'features!.isEnabled(name as FeatureName)'],
  invalid: [
    "features.isEnabled('gone' as const)",
    "features!.isEnabled('gone')",
    "(req as Req).features.isEnabled('gone')",
    "(features as Features).isEnabled('gone' satisfies FeatureName)",
  ].map((code) => ({ code, errors: [{ messageId: 'unknown' }] })),
})

tester.run('literal-name', rule('literal-name'), {
  valid: [
    ...NOT_OURS,
    "features.isEnabled('a')",
    'features.isEnabled(`a`)',
    'features.isEnabled()',
  ],
  invalid: [
    'features.isEnabled(name)',
    "features.isEnabled('a' + b)",
    'features.isEnabled(`a_${b}`)',
    "features.isEnabled(on ? 'a' : 'b')",
    "import { useFeature } from 'liveflag/react'; useFeature(name)",
    "import { Feature } from 'liveflag/react'; <Feature name={name}/>",
    "let NAME = 'a'; features.isEnabled(NAME)",
  ]
    .map((code): RuleTester.InvalidTestCase => ({ code, errors: [{ messageId: 'computed' }] }))
    .concat({
      code: "const NAME = 'it\\'s'; features.isEnabled(NAME)",
      errors: [
        {
          messageId: 'computed',
          suggestions: [
            {
              desc: "Write 'it\\'s'.",
              output: "const NAME = 'it\\'s'; features.isEnabled('it\\'s')",
            },
          ],
        },
      ],
    }),
})

typed.run('literal-name in TypeScript', rule('literal-name'), {
  valid: [
    "features.isEnabled('a' as const)",
    'features.isEnabled(name as FeatureName)',
    "features.isEnabled('a' satisfies FeatureName)",
  ],
  invalid: [
    { code: 'features.isEnabled(name as string)', errors: [{ messageId: 'computed' }] },
    { code: 'features.isEnabled(name!)', errors: [{ messageId: 'computed' }] },
  ],
})

tester.run('no-stored-result', rule('no-stored-result'), {
  valid: [
    ...NOT_OURS,
    "if (features.isEnabled('a')) f()",
    "const x = features.isEnabled('a') ? 1 : 2",
    "const f = () => features.isEnabled('a')",
    "function f() { return features.isEnabled('a') }",
    "f(features.isEnabled('a'))",
    "function f() { const v = features.variant('a') }",
    "function f() { const n = features.getNumberValue('a', 1) }",
    "import { useFeature } from 'liveflag/react'; function C() { const on = useFeature('a') }",
  ],
  invalid: [
    "function f() { const on = features.isEnabled('a') }",
    "function f() { const off = !features.isEnabled('a') }",
    "function f() { const on = admin && req.features?.isEnabled('a') }",
    "function f() { on = features.isEnabled('a') }",
    "function f() { this.on = features.isEnabled('a') }",
    "const { isEnabled } = features; function f() { const on = isEnabled('a') }",
  ]
    .map((code): RuleTester.InvalidTestCase => ({ code, errors: [{ messageId: 'stored' }] }))
    .concat(
      [
        "const on = features.isEnabled('a')",
        "const colour = features.variant('a')",
        "export const size = features.getNumberValue('a', 1)",
        "class A { on = features.isEnabled('a') }",
        "module.exports = features.isEnabled('a')",
      ].map((code) => ({ code, errors: [{ messageId: 'once' }] })),
    ),
})

tester.run('known-variant', rule('known-variant'), {
  valid: [
    ...NOT_OURS,
    "features.variant('checkout') === 'old'",
    "switch (features.variant('checkout')) { case 'old': case 'new': case undefined: }",
    "features.variant('checkout') === other",
    "features.variant('gone') === 'x'",
    "features.variant('broken') === 'x'",
    "let v = features.variant('checkout'); v = 'mine'; v === 'mine'",
    "features.isEnabled('checkout') === 'x'",
  ],
  invalid: [
    {
      code: "features.variant('checkout') === 'older'",
      errors: [{ message: 'feature_checkout has no variant older; it has new, old.' }],
    },
    {
      code: "features.variant('search') !== 'on'",
      errors: [{ message: 'feature_search has no variants, so its variant is always undefined.' }],
    },
    ...[
      "'older' == req.features?.variant('checkout')",
      "switch (features.variant('checkout')) { case 'old': break; case 'x': }",
      "const v = features.variant('checkout'); if (v === 'x') f()",
      "const v = features.variant('checkout'); switch (v) { case 'x': }",
      "import { useVariant } from 'liveflag/react'; useVariant('checkout') === 'x'",
    ].map((code) => ({ code, errors: [{ messageId: 'unknown' }] })),
  ],
})

tester.run('no-expired-feature', rule('no-expired-feature'), {
  valid: [...NOT_OURS, "features.isEnabled('search')", "features.isEnabled('next_year')"],
  invalid: [
    {
      code: "features.isEnabled('old_header')",
      errors: [
        {
          message:
            'feature_old_header expired on 2020-01-01; remove it from the code, or move the date.',
        },
      ],
    },
  ],
})

tester.run('no-duplicate-check', rule('no-duplicate-check'), {
  valid: [
    ...NOT_OURS,
    "if (logger.isEnabled('a')) { if (logger.isEnabled('a')) f() }",
    "if (features.isEnabled('a')) f(); if (features.isEnabled('a')) g()",
    "if (features.isEnabled('a') || x) { if (features.isEnabled('a')) f() }",
    "if (features.isEnabled('a')) { if (features.isEnabled('b')) f() }",
    "if (features.isEnabled('a')) { if (features.isEnabled('a', { user })) f() }",
    "if (features.isEnabled('a')) { later(() => features.isEnabled('a')) }",
    "if (!(features.isEnabled('a') && x)) { if (features.isEnabled('a')) f() }",
    "if (features.isEnabled('a') && x) f(); else if (features.isEnabled('a')) g()",
  ],
  invalid: [
    "features.isEnabled('a') && x && features.isEnabled('a')",
    "features.isEnabled('a') || !features.isEnabled('a')",
    "if (features.isEnabled('a') && x) { if (features.isEnabled('a')) f() }",
    "if (features.isEnabled('a')) f(); else if (features.isEnabled('a')) g()",
    "features.isEnabled('a') ? (features?.isEnabled('a') ? 1 : 2) : 3",
    "if (!features.isEnabled('a')) { while (x) { if (features.isEnabled( 'a' )) f() } }",
  ].map((code) => ({ code, errors: [{ messageId: 'twice' }] })),
})

test('an edit of the live file counts at once', () => {
  const path = join(folder, 'edited.yaml')
  const linter = new Linter({ cwd: folder })
  const found = (): string[] =>
    linter
      .verify("features.isEnabled('a')", [
        configs.recommended,
        { settings: { liveflag: { file: 'edited.yaml' } } },
      ])
      .map(({ ruleId }) => String(ruleId))
  writeFileSync(path, 'feature_b: on\n')
  expect(found()).toEqual(['liveflag/known-feature'])
  writeFileSync(path, 'feature_a: on\n')
  utimesSync(path, 1, 1)
  expect(found()).toEqual([])
})

test.each(Object.entries(rules))('%s has a page, and is in the recommended config', (name, one) => {
  expect(one.meta?.docs?.url).toBe(`https://unpkg.com/liveflag/docs/lint.md#${name}`)
  expect(configs.recommended.rules).toHaveProperty([`liveflag/${name}`])
})
