/** The examples of docs/clean-up.md: what a page says becomes of code does become of it. */
import { removal } from '../../src/codemod/removal'
import { usagesOf } from '../../src/codemod/usage'
import { codeWords, fencesOf, rowsOf } from '../house/markdown'

const PAGE = 'docs/clean-up.md'
const [before = '', after = ''] = fencesOf(PAGE)
  .filter(({ info }) => info === 'ts sketch')
  .map(({ text }) => text)

test('the code becomes what the page shows', () => {
  const { changed, left } = removal([{ path: 'page.ts', text: before }], 'new_cart', 'on')
  expect(changed.map((file) => file.after)).toEqual([after])
  expect(left).toEqual([])
})

const ASKS = rowsOf(PAGE, 'what counts').flatMap(([, examples = '']) => codeWords(examples))

test.each(ASKS)('%s is listed', (example) => {
  const isTemplate = /^\{[%{#]|^<%/.test(example)
  const path = example.startsWith('{{')
    ? 'a.hbs'
    : example.startsWith('<%')
      ? 'a.ejs'
      : isTemplate
        ? 'a.njk'
        : 'a.tsx'
  const text = example.startsWith('const {')
    ? `${example}; isEnabled('a')`
    : example.startsWith('@')
      ? `class A { ${example} get() {} }`
      : example.startsWith('<F')
        ? `const a = ${example}</Feature>`
        : example
  expect(usagesOf([{ path, text }], ['isOn'])).toMatchObject([{ feature: 'a' }])
})

/** `A becomes B` and `A goes`, as templates have it on the page. */
test.each([
  ['a.njk', '{% if isEnabled("a") and user %}', '{% if user %}', '{% endif %}', 'on'],
  ['a.njk', 'class="{{ variant("a") }}"', 'class="blue"', '', 'blue'],
])('%s: %s becomes %s', (path, from, to, end, as) => {
  const page = rowsOf(PAGE, 'what').flat().join('\n')
  expect(page).toContain(`\`${from}\` becomes \`${to}\``)
  const { changed } = removal([{ path, text: from + end }], 'a', as)
  expect(changed[0]?.after).toBe(to + end)
})
