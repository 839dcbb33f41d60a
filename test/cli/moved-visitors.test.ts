/** `liveflag check --against`: edits that move visitors of a running experiment. */
import { gitRepo } from '../support/git-repo'
import { liveflag } from './captured-terminal'

const list = (a: number, b: number, more = ''): string =>
  `feature_x:\n  experiment: {enabled: on, ${more}variants: [{name: a, weight: ${a}}, {name: b, weight: ${b}}]}\n`

async function checkedAfter(before: string, after: string): Promise<{ code: number; out: string }> {
  const repo = gitRepo()
  repo.commit('live.yaml', before, 'as it was')
  repo.write('live.yaml', after)
  const { code, out } = await liveflag(['check', repo.path('live.yaml'), '--against', 'HEAD'])
  return { code, out }
}

test('a weight edit of a list is a warning that says how many move, and where', async () => {
  const { code, out } = await checkedAfter(list(1, 1), list(1, 3))
  expect(code).toBe(1)
  expect(out).toContain('1:1  warning  moves-visitors')
  expect(out).toMatch(
    /since HEAD 25 % of those who are signed (in|out) go from a to b while the experiment runs/,
  )
})

test.each<[string, string, string]>([
  ['nothing but a comment', list(1, 1), `# a note\n${list(1, 1)}`],
  [
    'a share that grows',
    'feature_x: {percent_loggedin: 5}\n',
    'feature_x: {percent_loggedin: 50}\n',
  ],
  [
    'an experiment that has not begun',
    list(1, 1, 'status: draft, '),
    list(1, 3, 'status: draft, '),
  ],
  ['an experiment that begins', list(1, 1, 'status: draft, '), list(1, 3)],
  ['traffic that grows', list(1, 1, 'traffic: 10, '), list(1, 1, 'traffic: 50, ')],
])('%s is none', async (_what, before, after) => {
  expect(await checkedAfter(before, after)).toEqual({
    code: 0,
    out: expect.stringContaining('no problems') as string,
  })
})

test('without --against nobody looks at git', async () => {
  const repo = gitRepo()
  repo.write('live.yaml', list(1, 3))
  expect((await liveflag(['check', repo.path('live.yaml')])).code).toBe(0)
})

/** Nobody can list who has which tags. */
const forTags = (condition: string, first = 0.5): string =>
  `feature_x: {default: a, rules: [{key: k, hashVersion: 2, condition: {tags: ${condition}}, variations: [a, b], weights: [${first}, ${1 - first}]}]}\n`

test('where an entry asks what cannot be listed, made-up visitors are counted', async () => {
  const others = '{$not: {$elemMatch: {$eq: staff}}}'
  const { code, out } = await checkedAfter(forTags(others, 0.5), forTags(others, 0.25))
  expect(code).toBe(1)
  expect(out).toMatch(
    /since HEAD 1\d[\d.]* % of 1000 made-up visitors go from 0 = "a" to 1 = "b" while/,
  )
  expect(out).toContain('1 problem')
})

test('an edit of whom nobody can be sure is no silence', async () => {
  const { code, out } = await checkedAfter(
    forTags('{$elemMatch: {$eq: old}}'),
    forTags('{$elemMatch: {$eq: new}}'),
  )
  expect(out).toContain('nobody of 1000 made-up visitors goes from one variant to another')
  expect(out).toContain('not proven')
  expect(code).toBe(1)
})

test.each([
  ['a list', list(1, 1), list(1, 3), 'so they have seen both; begin an experiment of its own'],
  [
    'a rule',
    'feature_x: {default: a, rules: [{key: k, hashVersion: 2, variations: [a, b], weights: [0.5, 0.5]}]}\n',
    'feature_x: {default: a, rules: [{key: k, hashVersion: 2, variations: [a, b], weights: [0.3, 0.7]}]}\n',
    'begin an experiment of its own, with a new key',
  ],
  [
    'the stable scheme',
    list(1, 1).replace('\n', '\n  bucketing: stable\n'),
    list(1, 3).replace('\n', '\n  bucketing: stable\n'),
    'let liveflag reweight write the shares, or begin an experiment of its own, with a new experiment_id',
  ],
])('the advice is one that %s can take', async (_what, before, after, advice) => {
  expect((await checkedAfter(before, after)).out).toContain(advice)
})

test('a file that the revision does not have moves nobody', async () => {
  const repo = gitRepo()
  repo.commit('other.yaml', list(1, 1), 'as it was')
  repo.write('live.yaml', list(1, 3))
  const { code, out } = await liveflag(['check', repo.path('live.yaml'), '--against', 'HEAD'])
  expect({ code, out }).toEqual({ code: 0, out: '1 feature, no problems\n' })
})

test('an edit that repairs a file moves nobody, and one that breaks it is judged by itself', async () => {
  const broken = 'feature_x: {percent_loggedin: many}\n'
  expect(await checkedAfter('feature_x: [', list(1, 1))).toMatchObject({ code: 0 })
  expect(await checkedAfter(broken, list(1, 1))).toMatchObject({ code: 0 })
  const after = await checkedAfter(list(1, 1), broken)
  expect(after).toMatchObject({ code: 1, out: expect.stringContaining('1 problem') as string })
})

test.each([
  ['-', 'stdin (-) is neither'],
  ['https://example.test/live.yaml', 'https://example.test/live.yaml is neither'],
])('%s has no history to check against', async (path, says) => {
  const { code, err } = await liveflag(['check', path, '--against', 'HEAD'], { stdin: list(1, 1) })
  expect(code).toBe(2)
  expect(err).toContain(`--against asks git what a file or directory was, and ${says}`)
})

test('--against a file is told that it takes a revision', async () => {
  const repo = gitRepo()
  repo.commit('live.yaml', list(1, 1), 'as it was')
  const { code, err } = await liveflag(['check', repo.path('live.yaml'), '--against', 'live.yaml'])
  expect(code).toBe(2)
  expect(err).toContain('--against takes a revision of git, such as HEAD~1, and live.yaml is none')
})

test('the layers above it count as they were, and as they are', async () => {
  const repo = gitRepo()
  repo.write('live.yaml', 'feature_x: on\n')
  repo.commit('over.yaml', list(1, 1), 'as it was')
  const args = [
    'check',
    repo.path('live.yaml'),
    '--layer',
    repo.path('over.yaml'),
    '--against',
    'HEAD',
  ]
  expect((await liveflag(args)).code).toBe(0)
  repo.write('over.yaml', list(1, 3))
  const { code, out } = await liveflag(args)
  expect(code).toBe(1)
  expect(out).toContain('go from a to b while the experiment runs')
  repo.write('new.yaml', list(3, 1))
  const more = await liveflag([...args, '--layer', repo.path('new.yaml')])
  expect(more.out).toContain('go from b to a while the experiment runs')
})

test('a move that comes with a later date counts, with the date', async () => {
  const starts = 'start: 2099-01-01, '
  const { code, out } = await checkedAfter(list(1, 1, starts), list(1, 3, starts))
  expect(code).toBe(1)
  expect(out).toContain('since HEAD from 2099-01-01T00:00:00.000Z on 25 % of those')
})
