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
