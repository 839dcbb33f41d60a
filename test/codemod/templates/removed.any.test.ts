/** Any template without a feature shows what it showed with the feature forced. */
import fc from 'fast-check'
import { forcedAs } from '../../../src/codemod/rewriting/answer'
import { removedFromTemplate } from '../../../src/codemod/templates/removed'
import { isLongRun, PATIENCE, sized } from '../../support/long-run'
import { answersAs, renderers } from './rendered'

/** The suite tries the same templates each time; the long form tries new ones. */
const SEED = isLongRun ? {} : { seed: 1129 }
const ANSWERS = ['on', 'off', 'new', 'old', 'control_1']
const DATA = { user: 'gary', nobody: false }

type Condition =
  | { readonly atom: 'enabled' | 'new' | 'user' | 'nobody' }
  | { readonly not: Condition }
  | { readonly both: readonly [Condition, Condition]; readonly word: 'and' | 'or' }

type Part =
  | { readonly text: string }
  | { readonly shown: Condition }
  | {
      readonly branches: readonly (readonly [Condition, readonly Part[]])[]
      readonly otherwise: readonly Part[] | undefined
      readonly onLines: boolean
      readonly trims: boolean
    }

const atoms = fc.constantFrom<Condition>(
  { atom: 'enabled' },
  { atom: 'new' },
  { atom: 'user' },
  { atom: 'nobody' },
)

const partsOf = (conditions: fc.Arbitrary<Condition>, most: number): fc.Arbitrary<Part[]> =>
  fc.letrec<{ part: Part; parts: Part[] }>((tie) => ({
    part: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('a', 'b', 'c', '\n', ' ').map((text) => ({ text })),
      conditions.map((shown) => ({ shown })),
      fc.record({
        branches: fc.array(fc.tuple(conditions, tie('parts')), { minLength: 1, maxLength: most }),
        otherwise: fc.option(tie('parts'), { nil: undefined }),
        onLines: fc.boolean(),
        trims: fc.boolean(),
      }),
    ),
    parts: fc.array(tie('part'), { maxLength: 4 }),
  })).parts

const deep = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    atoms,
    tie('condition').map((not) => ({ not })),
    fc
      .tuple(tie('condition'), tie('condition'), fc.constantFrom('and' as const, 'or' as const))
      .map(([one, other, word]) => ({ both: [one, other] as const, word })),
  ),
})).condition

/** How a language writes conditions and blocks. */
interface Language {
  readonly ending: string
  readonly conditions: fc.Arbitrary<Condition>
  readonly mostBranches: number
  readonly atoms: Readonly<Record<'enabled' | 'new' | 'user' | 'nobody', string>>
  not(inner: string): string
  both(one: string, other: string, word: 'and' | 'or'): string
  shown(condition: string): string
  first(condition: string): string
  next(condition: string): string
  readonly otherwise: string
  end(condition: string): string
  trimmed(tag: string): string
}

const js = (receiver: string): Pick<Language, 'atoms' | 'not' | 'both'> => ({
  atoms: {
    enabled: `${receiver}isEnabled('x')`,
    new: `${receiver}variant('x') === 'new'`,
    user: receiver === '' ? 'user' : 'it.user',
    nobody: receiver === '' ? 'nobody' : 'it.nobody',
  },
  not: (inner) => `!(${inner})`,
  both: (one, other, word) => `(${one} ${word === 'and' ? '&&' : '||'} ${other})`,
})

const percents = (receiver: string): Omit<Language, 'ending'> => ({
  ...js(receiver),
  conditions: deep,
  mostBranches: 3,
  shown: (condition) => `<%= ${condition} ? 'y' : 'n' %>`,
  first: (condition) => `<% if (${condition}) { %>`,
  next: (condition) => `<% } else if (${condition}) { %>`,
  otherwise: '<% } else { %>',
  end: () => '<% } %>',
  trimmed: (tag) => tag.replace(' %>', ' -%>'),
})

const LANGUAGES: readonly Language[] = [
  { ending: 'ejs', ...percents('') },
  { ending: 'eta', ...percents('it.') },
  {
    ending: 'njk',
    conditions: deep,
    mostBranches: 3,
    atoms: {
      enabled: 'isEnabled("x")',
      new: 'variant("x") == "new"',
      user: 'user',
      nobody: 'nobody',
    },
    not: (inner) => `not (${inner})`,
    both: (one, other, word) => `(${one} ${word} ${other})`,
    shown: (condition) => `{{ "y" if ${condition} else "n" }}`,
    first: (condition) => `{% if ${condition} %}`,
    next: (condition) => `{% elif ${condition} %}`,
    otherwise: '{% else %}',
    end: () => '{% endif %}',
    trimmed: (tag) => tag.replace('{%', '{%-').replace('%}', '-%}'),
  },
  {
    ending: 'liquid',
    conditions: atoms,
    mostBranches: 3,
    atoms: {
      enabled: '"x" | feature',
      new: '"x" | feature: variant: "new"',
      user: 'user',
      nobody: 'nobody',
    },
    not: (inner) => inner,
    both: (one) => one,
    shown: (condition) => `{{ ${condition} }}`,
    first: (condition) => `{% if ${condition} %}`,
    next: (condition) => `{% elsif ${condition} %}`,
    otherwise: '{% else %}',
    end: () => '{% endif %}',
    trimmed: (tag) => tag.replace('{%', '{%-').replace('%}', '-%}'),
  },
  {
    ending: 'hbs',
    conditions: deep,
    mostBranches: 3,
    atoms: {
      enabled: '(isEnabled "x")',
      new: '(eq (variant "x") "new")',
      user: 'user',
      nobody: 'nobody',
    },
    not: (inner) => `(not ${inner})`,
    both: (one, other, word) => `(${word} ${one} ${other})`,
    shown: (condition) => `{{#unless ${condition}}}y{{/unless}}`,
    first: (condition) => `{{#if ${condition}}}`,
    next: (condition) => `{{else if ${condition}}}`,
    otherwise: '{{else}}',
    end: () => '{{/if}}',
    trimmed: (tag) => tag.replace('{{', '{{~').replace('}}', '~}}'),
  },
  {
    ending: 'mustache',
    conditions: atoms,
    mostBranches: 1,
    atoms: { enabled: 'feature.x', new: 'variant.x.new', user: 'user', nobody: 'nobody' },
    not: (inner) => inner,
    both: (one) => one,
    shown: (condition) => `{{^${condition}}}y{{/${condition}}}`,
    first: (condition) => `{{#${condition}}}`,
    next: () => '',
    otherwise: '',
    end: (condition) => `{{/${condition}}}`,
    trimmed: (tag) => tag,
  },
]

function conditionIn(language: Language, condition: Condition): string {
  if ('atom' in condition) return language.atoms[condition.atom]
  if ('not' in condition) return language.not(conditionIn(language, condition.not))
  const [one, other] = condition.both
  return language.both(conditionIn(language, one), conditionIn(language, other), condition.word)
}

function written(language: Language, parts: readonly Part[], indent = ''): string {
  return parts
    .map((part) => {
      if ('text' in part) return part.text
      if ('shown' in part) return language.shown(conditionIn(language, part.shown))
      const { branches, otherwise, onLines, trims } = part
      const shape = (tag: string): string => (trims ? language.trimmed(tag) : tag)
      const gap = onLines ? `\n${indent}` : ''
      const inner = onLines ? `${indent}  ` : indent
      const conditions = branches.map(([condition]) => conditionIn(language, condition))
      const shownIn = (body: readonly Part[]): string =>
        (onLines ? `\n${inner}` : '') + written(language, body, inner) + gap
      const tags = branches.map(([, body], at) => {
        const condition = conditions[at] ?? ''
        const tag = at === 0 ? language.first(condition) : language.next(condition)
        return shape(tag) + shownIn(body)
      })
      const last =
        otherwise && language.otherwise ? shape(language.otherwise) + shownIn(otherwise) : ''
      const end = shape(language.end(conditions[0] ?? ''))
      return `${gap}${tags.join('')}${last}${end}${onLines ? `\n${indent}` : ''}`
    })
    .join('')
}

test.each(LANGUAGES)(
  'any template of $ending',
  (language) => {
    const render = renderers[language.ending]
    const path = `a.${language.ending}`
    const parts = partsOf(language.conditions, language.mostBranches)
    fc.assert(
      fc.property(parts, fc.constantFrom(...ANSWERS), (template, as) => {
        const before = written(language, template)
        // As `on`, nobody knows the variant.
        fc.pre(as !== 'on' || !before.includes('variant'))
        const { text, left } = removedFromTemplate(path, before, forcedAs('x', as))
        const data = { ...DATA, features: answersAs(as) }
        const shown = (one: string): string | undefined => render?.(one, data).replace(/\s+/g, '')
        expect([shown(text), left]).toEqual([shown(before), []])
        expect(text).not.toMatch(/isEnabled|variant|feature/)
      }),
      { numRuns: sized(10, 2_000), ...SEED },
    )
  },
  PATIENCE,
)

/** The same in Pug, whose blocks are lines. */
function inPug(parts: readonly Part[], indent = ''): string {
  const language = { ...percents(''), ending: 'pug' }
  const condition = (one: Condition): string => conditionIn(language, one)
  return parts
    .map((part) => {
      if ('text' in part) return part.text.trim() === '' ? '\n' : `${indent}b ${part.text}\n`
      if ('shown' in part)
        return `${indent}b(class=${condition(part.shown)} ? 'y' : 'n')= ${condition(part.shown)}\n`
      const { branches, otherwise } = part
      const inner = (body: readonly Part[]): string => inPug(body, `${indent}  `)
      const heads = branches.map(
        ([one, body], at) =>
          `${indent}${at === 0 ? 'if' : 'else if'} ${condition(one)}\n${inner(body)}`,
      )
      return heads.join('') + (otherwise ? `${indent}else\n${inner(otherwise)}` : '')
    })
    .join('')
}

test(
  'any template of pug',
  () => {
    fc.assert(
      fc.property(partsOf(deep, 3), fc.constantFrom(...ANSWERS), (template, as) => {
        const before = inPug(template)
        fc.pre(as !== 'on' || !before.includes('variant'))
        const { text, left } = removedFromTemplate('a.pug', before, forcedAs('x', as))
        const data = { ...DATA, features: answersAs(as) }
        const shown = (one: string): string | undefined => renderers['pug']?.(one, data)
        expect([shown(text), left]).toEqual([shown(before), []])
      }),
      { numRuns: sized(6, 500), ...SEED },
    )
  },
  PATIENCE,
)
