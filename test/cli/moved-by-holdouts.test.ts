/** `liveflag check --against`: a holdout that moves people while experiments run. */
import { gitRepo } from '../support/git-repo'
import { liveflag } from './captured-terminal'

interface Text {
  readonly holdouts?: string
  readonly more?: string
  readonly weight?: number
  readonly status?: string
}

const text = ({ holdouts = 'h: {percent: 5}', more = '', weight = 1, status = '' }: Text): string =>
  `holdouts: {${holdouts}}
feature_x:
  bucketing: stable
  experiment: {${status}enabled: on, domains: [shop], variants: [{name: a, weight: 1}, {name: b, weight: ${weight}}]}
feature_plain: on
${more}`

async function checked(before: Text, after: Text): Promise<{ code: number; out: string }> {
  const repo = gitRepo()
  repo.commit('live.yaml', text(before), 'as it was')
  repo.write('live.yaml', text(after))
  const { code, out } = await liveflag(['check', repo.path('live.yaml'), '--against', 'HEAD'])
  return { code, out }
}

test('one that grows takes people out: exactly how many, of which feature, and where it stands', async () => {
  const { code, out } = await checked({}, { holdouts: 'h: {percent: 9}' })
  expect(code).toBe(1)
  expect(out).toMatch(/1:\d+ +warning +moves-visitors/)
  expect(out).toContain(
    'since HEAD the holdout h grows from 5 to 9 % while experiments run: 4 % of all visitors leave feature_x; who leaves has seen it, so begin another holdout for what comes next',
  )
  expect(out).toContain('1 problem')
})

test('one that shrinks lets people in, whom its own report loses', async () => {
  const { code, out } = await checked({ holdouts: 'h: {percent: 9}' }, {})
  expect(code).toBe(1)
  expect(out).toContain(
    "the holdout h shrinks from 9 to 5 % while experiments run: 4 % of all visitors come into feature_x; they were on both sides, so the holdout's own report counts none of them",
  )
})

test.each<[string, Text, Text, string]>([
  [
    'a new one',
    { holdouts: '' },
    {},
    'the holdout h is new to experiments that run, with 5 %: 5 % of all visitors leave feature_x',
  ],
  [
    'a renamed one',
    {},
    { holdouts: 'g: {percent: 5}' },
    'the holdout g is new to experiments that run, with 5 %: 4.75 % of all visitors leave feature_x',
  ],
  [
    'one with other domains',
    { holdouts: 'h: {percent: 5, domains: [shop]}' },
    { holdouts: 'h: {percent: 5, domains: [search]}' },
    'the holdout h is no longer of experiments that run, of which it kept 5 % out: 5 % of all visitors come into feature_x',
  ],
  [
    'one beside another edit of the entry',
    {},
    { holdouts: 'h: {percent: 9}', weight: 3 },
    'leave feature_x by this and by the edit of its entry',
  ],
])('%s is told', async (_what, before, after, says) => {
  const { code, out } = await checked(before, after)
  expect(out).toContain(says)
  expect(code).toBe(1)
})

test('one beside another order of stable variants does not hide who goes from one to another', async () => {
  const of = (variants: string): Text => ({
    more: `feature_z: {bucketing: stable, experiment: {enabled: on, loggedin: true, variants: ${variants}}}\n`,
  })
  const { out } = await checked(of('{b: 40, a: 60}'), {
    ...of('{a: 60, b: 40}'),
    holdouts: 'h: {percent: 9}',
  })
  expect(out).toMatch(/feature_z[^]*% of those who are .* go from a to b while the experiment runs/)
})

test('of kinds of visitors of whom not the same share moves, it is the one of whom most do', async () => {
  const more =
    'feature_y: {loggedin: true, experiment: {enabled: on, traffic: 50, variants: [{name: a}]}}'
  const only = { more, status: 'status: draft, ' }
  const { out } = await checked(only, { ...only, holdouts: 'h: {percent: 9}' })
  expect(out).toContain(': 2 % of those who are signed out leave feature_y; ')
})

test.each<[string, Text, Text]>([
  ['one that ends', {}, { holdouts: '' }],
  ['one that ends at 0', {}, { holdouts: 'h: {percent: 0}' }],
  [
    'one of experiments that have not begun',
    { status: 'status: draft, ' },
    { holdouts: 'h: {percent: 9}', status: 'status: draft, ' },
  ],
])('%s is not', async (_what, before, after) => {
  expect(await checked(before, after)).toMatchObject({
    code: 0,
    out: expect.stringContaining('no problems') as string,
  })
})

test('one of domains that no experiment has moves nobody, and that is what is said of it', async () => {
  const { out } = await checked(
    { holdouts: 'h: {percent: 5, domains: [search]}' },
    { holdouts: 'h: {percent: 9, domains: [search]}' },
  )
  expect(out).toContain('unknown-domain')
  expect(out).toContain('1 problem\n')
})

test('of many features it is one warning, with the one of which most people move', async () => {
  const more = ['y', 'z', 'v', 'w']
    .map(
      (name) => `feature_${name}: {experiment: {enabled: on, traffic: 50, variants: [{name: a}]}}`,
    )
    .join('\n')
  const { out } = await checked({ more }, { more, holdouts: 'h: {percent: 9}' })
  expect(out).toContain(
    '4 % of all visitors leave feature_x, and at most as many leave feature_v, feature_w, feature_y and 1 more; ',
  )
  expect(out).toContain('1 problem')
})
