/** Where code asks for features: scripts, JSX and templates. */
import { usagesOf } from '../../src/codemod/usage'
import { problemsOf, parsed } from '../../src/codemod/parser'

/** `feature@line:column method variants`, of one file. */
const found = (path: string, text: string, asks: readonly string[] = []): string[] =>
  usagesOf([{ path, text }], asks).map(
    ({ feature, line, column, method, variants }) =>
      `${feature ?? '?'}@${line}:${column} ${[method, ...variants].join(' ')}`,
  )

test.each<[string, string, string[]]>([
  ['a method of features', `if (features.isEnabled('a')) b()`, ['a@1:5 isEnabled']],
  ['of a request', `req.features.variant('a')`, ['a@1:1 variant']],
  [
    'of a context of Hono',
    `c.var.features.decide('a'); c.get('features').value('b')`,
    ['a@1:1 decide', 'b@1:29 value'],
  ],
  ['of flags', `flags.getStringValue('a', 'x')`, ['a@1:1 getStringValue']],
  ['of one world', `features.for(world).isEnabled('a')`, ['a@1:1 isEnabled']],
  [
    'of what openFeatures returned',
    `const live = await openFeatures({ source }); live.isEnabled('a')`,
    ['a@1:46 isEnabled'],
  ],
  ['of a copy of features', `const f = req.features; f.variant('a')`, ['a@1:25 variant']],
  [
    'a method that was taken out',
    `const { isEnabled: on } = req.features; on('a')`,
    ['a@1:41 isEnabled'],
  ],
  [
    'a parameter that was taken apart',
    `const f = ({ features: { variant } }) => variant('a')`,
    ['a@1:42 variant'],
  ],
  ['a hook', `function A() { return useFeature('a') }`, ['a@1:23 useFeature']],
  [
    'the hook of values',
    `import { useValue } from 'liveflag/react'; useValue('a', 20)`,
    ['a@1:44 useValue'],
  ],
  [
    'a hook of values of another library',
    `import { useValue } from 'other'; useValue('a', 20)`,
    [],
  ],
  [
    'an import',
    `import { isEnabled } from 'liveflag/client'; isEnabled('a')`,
    ['a@1:46 isEnabled'],
  ],
  ['another package', `import { isEnabled } from 'other'; isEnabled('a')`, []],
  ['a method like it of another object', `store.variant('a'); form.value('b')`, []],
  ['a telling method of any object', `client.isEnabled('a')`, ['a@1:1 isEnabled']],
  ['a decorator', `class A { @Feature('a') get() {} }`, ['a@1:11 @Feature']],
  ['a name that only running the code tells', `features.isEnabled(name)`, ['?@1:1 isEnabled']],
  ['all of them', `features.allEnabled()`, ['?@1:1 allEnabled']],
  ['a method handed to other code', `names.filter(features.isEnabled)`, ['?@1:14 isEnabled']],
  [
    'a method that was taken out and handed on',
    `const { isEnabled: on } = features; names.filter(on)`,
    ['?@1:50 isEnabled'],
  ],
  ['a method of something else', `names.filter(cache.value)`, []],
  ['a constant', `const NAME = 'a'\nfeatures.isEnabled(NAME)`, ['a@2:1 isEnabled']],
  ['a template without a hole', 'features.isEnabled(`a`)', ['a@1:1 isEnabled']],
  ['a template with a hole', 'features.isEnabled(`a_${b}`)', ['?@1:1 isEnabled']],
  ['a variable that may change', `let name = 'a'; features.isEnabled(name)`, ['?@1:17 isEnabled']],
  [
    'a name that an inner scope hides',
    `const n = 'a'; function f(n: string) { features.isEnabled(n) }`,
    ['?@1:40 isEnabled'],
  ],
  ['an enum', `enum F { Search = 'a' }\nfeatures.isEnabled(F.Search)`, ['a@2:1 isEnabled']],
  [
    'an object of constants',
    `const F = { search: 'a', deep: { er: 'b' } } as const\nfeatures.isEnabled(F.search); flags.variant(F.deep['er'])`,
    ['a@2:1 isEnabled', 'b@2:31 variant'],
  ],
  [
    'an object that may change',
    `const F = { search: 'a' }\nfeatures.isEnabled(F.search)`,
    ['?@2:1 isEnabled'],
  ],
  [
    'a frozen object',
    `const F = Object.freeze({ search: 'a' })\nfeatures.isEnabled(F.search)`,
    ['a@2:1 isEnabled'],
  ],
  ['a comparison', `features.variant('a') === 'new'`, ['a@1:1 variant new']],
  ['a comparison the other way round', `'new' != (features.variant('a')!)`, ['a@1:11 variant new']],
  [
    'a switch',
    `switch (features.variant('a')) { case 'x': case 'y': break; default: }`,
    ['a@1:9 variant x y'],
  ],
])('%s', (_, code, expected) => {
  expect(problemsOf(parsed('a.ts', code))).toEqual([])
  expect(found('a.ts', code)).toEqual(expected)
})

test('JSX: an element with a name, and a hook', () => {
  const code = `const A = () => <><Feature name="a"><B /></Feature><Feature name={'b'} fallback={<C />} /></>`
  expect(found('a.tsx', code)).toEqual(['a@1:19 <Feature>', 'b@1:52 <Feature>'])
  expect(found('a.jsx', `export const A = () => useFeature('x') && <B />`)).toEqual([
    'x@1:24 useFeature',
  ])
})

test('a constant of another file is followed, by either way to write its import', () => {
  const names = {
    path: 'src/names.ts',
    text: `export const SEARCH = 'search'\nexport enum F { Cart = 'cart' }`,
  }
  const asks = {
    path: 'src/deep/a.ts',
    text: `import { SEARCH as S, F } from '../names.js'\nfeatures.isEnabled(S); features.isEnabled(F.Cart)`,
  }
  expect(usagesOf([names, asks]).map(({ feature }) => feature)).toEqual(['search', 'cart'])
})

test('functions of the application ask when they are named', () => {
  expect(found('a.ts', `isOn('a'); my.flag('b')`, ['isOn', 'flag'])).toEqual([
    'a@1:1 isEnabled',
    'b@1:12 isEnabled',
  ])
  expect(found('a.ts', `isOn('a')`)).toEqual([])
})

test.each<[string, string, string[]]>([
  [
    'a.ejs',
    `<p>\n<% if (features.isEnabled('a')) { %>x<% } %>\n<%= variant('b') === 'new' %>`,
    ['a@2:17 isEnabled', 'b@3:5 variant new'],
  ],
  ['a.ejs', `<%# features.isEnabled('a') %><%% isEnabled('b') %>isEnabled('c')`, []],
  ['a.ejs', `<% if (user || isEnabled('a')) { %>x<% } %>`, ['a@1:16 isEnabled']],
  [
    'a.njk',
    `{% feature "a", variant="new" %}x{% endfeature %}{{ "b" | feature(variant="new") }}`,
    ['a@1:4 feature new', 'b@1:59 feature new'],
  ],
  [
    'a.mustache',
    `{{#feature.a}}x{{/feature.a}}{{^variant.b.new}}y{{/variant.b.new}}{{value.c}}`,
    ['a@1:4 feature', 'b@1:33 variant new', 'c@1:69 value'],
  ],
  ['a.eta', `<% if (it.features.isEnabled("a")) { %>x<% } %>`, ['a@1:20 isEnabled']],
  [
    'a.njk',
    `{% feature "a" %}x{% else %}y{% endfeature %}{{ features.variant('b') }}{# isEnabled('c') #}`,
    ['a@1:4 feature', 'b@1:58 variant'],
  ],
  ['a.njk', `{%- if features.isEnabled(name) -%}x{% endif %}`, ['?@1:17 isEnabled']],
  [
    'a.liquid',
    `{% feature 'a' %}x{% endfeature %}{{ "b" | variant }}`,
    ['a@1:4 feature', 'b@1:44 variant'],
  ],
  [
    'a.hbs',
    `{{#feature "a"}}x{{else}}y{{/feature}}{{#if (eq (variant "b") "new")}}z{{/if}}{{!-- (isEnabled "c") --}}`,
    ['a@1:4 feature', 'b@1:50 variant new'],
  ],
  [
    'a.mustache',
    `{{#features.a}}x{{/features.a}}{{^features.b}}y{{/features.b}}`,
    ['a@1:4 features', 'b@1:35 features'],
  ],
  [
    'a.pug',
    `div\n  if features.isEnabled('a')\n    p= features.variant("b")\n  //- isEnabled('c')`,
    ['a@2:15 isEnabled', 'b@3:17 variant'],
  ],
])('%s: %s', (path, text, expected) => {
  expect(found(path, text)).toEqual(expected)
})

test.each([
  ['src/a.ts', false],
  ['test/a.ts', true],
  ['src/__tests__/a.ts', true],
  ['src/a.test.tsx', true],
  ['src/latest/a.ts', false],
])('%s is a file of tests: %s', (path, inTest) => {
  expect(usagesOf([{ path, text: `features.isEnabled('a')` }])).toMatchObject([{ inTest }])
})
