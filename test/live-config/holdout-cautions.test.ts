/** What `check` says of holdouts of domains that no experiment has. */
import { checkText } from '../../src'
import { checkTexts } from '../../src/live-config/check'
import { closeEngines, openEngine } from '../support/engine'

afterEach(closeEngines)

const experiment = (name: string, domains: string, more = ''): string =>
  `feature_${name}:\n  experiment: {enabled: on, domains: ${domains}, variants: [{name: control}, {name: new}]}\n${more}`

const cautions = (text: string) =>
  checkText(text, { cautions: true }).problems.map(({ code, message }) => `${code}: ${message}`)

const NOBODY = 'unknown-domain: the holdout y holds nobody out, as no experiment has the domain'

test.each<[string, string, string, readonly string[]]>([
  ['a domain that an experiment has', '{y: {percent: 5, domains: [checkout]}}', '[checkout]', []],
  ['no domains, so all experiments', '{y: {percent: 5}}', '[checkout]', []],
  ['a holdout that has ended', '{y: {percent: 0, domains: [chekout]}}', '[checkout]', []],
  [
    'a misspelt domain',
    '{y: {percent: 5, domains: [chekout]}}',
    '[checkout]',
    [`${NOBODY} chekout; did you mean checkout?`],
  ],
  [
    'a domain that is far from all',
    '{y: {percent: 5, domains: [search]}}',
    '[checkout, ads]',
    [`${NOBODY} search; experiments have ads, checkout`],
  ],
  [
    'more domains than are named',
    '{y: {percent: 5, domains: [search]}}',
    '[aa, bb, cc, dd, ee, ff]',
    [`${NOBODY} search; experiments have aa, bb, cc, dd, ee …`],
  ],
  [
    'one of two that is misspelt',
    '{y: {percent: 5, domains: [checkout, chekout]}}',
    '[checkout]',
    [
      'unknown-domain: the holdout y is of the domain chekout, which no experiment has; did you mean checkout?',
    ],
  ],
  [
    'a name that objects have from birth',
    '{y: {percent: 5, domains: [constructor]}}',
    '[checkout]',
    [`${NOBODY} constructor; experiments have checkout`],
  ],
])('%s', (_what, holdouts, domains, expected) => {
  expect(cautions(`holdouts: ${holdouts}\n${experiment('a', domains)}`)).toEqual(expected)
})

test('where no experiment has a domain, it says what to do', () => {
  expect(cautions('holdouts: {y: {percent: 5, domains: [a]}}\nfeature_a: on\n')).toEqual([
    `${NOBODY} a; give an experiment the domain, or take the holdout out`,
  ])
})

test('an entry that names the holdout is held by it all the same', () => {
  const named = 'feature_b: {holdouts: [y], percent_loggedin: 50}\n'
  expect(cautions(`holdouts: {y: {percent: 5, domains: [search]}}\n${named}`)).toEqual([
    'unknown-domain: the holdout y is of the domain search, which no experiment has; give an experiment the domain, or take the holdout out',
  ])
})

test('an experiment that is switched off, or refused, has its domains', () => {
  const holdouts = 'holdouts: {y: {percent: 5, domains: [checkout]}}\n'
  const off = experiment('a', '[checkout]', '  enabled: off\n')
  expect(cautions(holdouts + off)).toEqual([])
  const refused = experiment('a', '[checkout]', '  percent_loggedin: much\n')
  expect(cautions(holdouts + refused)).toEqual([expect.stringMatching(/^bad-type/)])
})

test('the problem has the place of the domain, in the text that counts', () => {
  const text = (domain: string): string =>
    `holdouts:\n  y:\n    percent: 5\n    domains: [checkout, ${domain}]\nfeature_b: on\n`
  const { problems } = checkTexts([{ text: experiment('a', '[checkout]'), source: 'a.yaml' }], {
    cautions: true,
    over: [[{ text: text('chekout'), source: 'b.yaml' }]],
  })
  expect(problems).toMatchObject([
    { source: 'b.yaml', line: 4, column: 25, path: 'holdouts.y.domains.1', severity: 'warning' },
  ])
})

test('r2 has no holdouts, and a running engine says nothing of their domains', async () => {
  const text = `holdouts: {y: {percent: 5, domains: [chekout]}}\n${experiment('a', '[checkout]')}`
  expect(
    checkText(text, { cautions: true, compat: 'r2' }).problems.map(({ code }) => code),
  ).not.toContain('unknown-domain')
  expect((await openEngine(text)).problems).toEqual([])
})
