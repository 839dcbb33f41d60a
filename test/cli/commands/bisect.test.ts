/** `liveflag bisect` and `liveflag at`: what a visitor got by the live configs of before. */
import { mkdirSync, renameSync } from 'node:fs'
import { gitRepo, type Repo } from '../../support/git-repo'
import { liveflag } from '../captured-terminal'

const GARY = ['--world', '{"user": {"id": "t2_beef", "name": "gary"}}']

/** Four commits: nobody, gary, broken, and gary as before. */
function history(): { repo: Repo; commits: readonly string[]; path: string } {
  const repo = gitRepo()
  const commits = [
    repo.commit('live.yaml', 'feature_a: off\n', 'Begin', '2026-01-01T00:00:00Z'),
    repo.commit('live.yaml', 'feature_a: { users: [gary] }\n', 'For gary', '2026-02-01T00:00:00Z'),
    repo.commit(
      'live.yaml',
      '# note\nfeature_a: { users: [gary] }\n',
      'A note',
      '2026-03-01T00:00:00Z',
    ),
  ]
  return { repo, commits, path: repo.path('live.yaml') }
}

interface Bisected {
  readonly versions: number
  readonly edits: readonly {
    readonly edit: { readonly commit: string; readonly subject: string } | null
    readonly before?: { readonly answer: string | null }
    readonly after: { readonly answer: string | null }
  }[]
}

const bisected = async (...args: string[]): Promise<Bisected> =>
  JSON.parse((await liveflag(['bisect', ...args, ...GARY, '--json'])).out) as Bisected

const turns = ({ edits }: Bisected): readonly (readonly unknown[])[] =>
  edits.map(({ edit, before, after }) => [edit?.subject ?? null, before?.answer, after.answer])

test('the edit after which the answer changed is named, with the answers before and after', async () => {
  const { commits, path } = history()
  const { code, out, err } = await liveflag(['bisect', path, 'a', ...GARY])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out.split('\n')).toEqual([
    `${commits[1]?.slice(0, 12)}  2026-02-01T00:00:00Z  Ann  For gary`,
    '  before: off; a is OFF because the entry says off (line 1)',
    '  after:  on; a is ON because of users (line 1)',
    `  git show ${commits[1]?.slice(0, 12)} -- live.yaml`,
    '',
    '',
  ])
})

test('an edit that is not committed is one as well', async () => {
  const { repo, path } = history()
  repo.write('live.yaml', 'feature_a: off\n')
  expect(turns(await bisected(path, 'a'))).toEqual([[null, 'on', 'off']])
})

test('--all lists each of them, and what was there at first', async () => {
  const { repo, path } = history()
  repo.commit('live.yaml', 'feature_a: { users: [wendy] }\n', 'For wendy')
  repo.commit('live.yaml', 'feature_a: on\n', 'For all')
  expect(turns(await bisected(path, 'a', '--all'))).toEqual([
    ['For all', 'off', 'on'],
    ['For wendy', 'on', 'off'],
    ['For gary', 'off', 'on'],
    ['Begin', undefined, 'off'],
  ])
})

test('a version without a usable live config is a state of its own', async () => {
  const repo = gitRepo()
  repo.commit('live.yaml', 'feature_a: [\n', 'Torn')
  repo.commit('live.yaml', 'feature_a: on\n', 'Whole')
  expect(turns(await bisected(repo.path('live.yaml'), 'a'))).toEqual([['Whole', null, 'on']])
})

test('a name that no version has is a mistake also where a version between is torn', async () => {
  const repo = gitRepo()
  repo.commit('live.yaml', 'feature_abc: on\n', 'Whole')
  repo.commit('live.yaml', 'feature_abc: [\n', 'Torn')
  repo.commit('live.yaml', 'feature_abc: on\n', 'Mended')
  const { code, err } = await liveflag(['bisect', repo.path('live.yaml'), 'abd'])
  expect({ code, err }).toEqual({
    code: 2,
    err: expect.stringMatching(/has no feature_abd; did you mean abc\?/) as string,
  })
})

test('at of a torn text says which, where it is wrong, and that processes kept the one before', async () => {
  const repo = gitRepo()
  repo.commit('live.yaml', 'feature_a: on\n', 'Whole', '2026-01-01T00:00:00Z')
  const torn = repo.commit('live.yaml', 'feature_a: [\n', 'Torn', '2026-01-02T00:00:00Z')
  const { code, err } = await liveflag(['at', '2026-01-03', repo.path('live.yaml')])
  const name = torn.slice(0, 12)
  expect(code).toBe(1)
  expect(err).toContain(`of no use (${name}  2026-01-02T00:00:00Z  Ann  Torn): ${name}:`)
  expect(err).toMatch(/live\.yaml:1:12: the "\[" that opens here is not closed/)
  expect(err).toContain('processes that ran kept the one before, so ask for a time before it')
  expect(err).not.toContain('waitForFile')
})

test('a file is followed to its earlier name, and a directory is one live config', async () => {
  const { repo } = history()
  mkdirSync(repo.path('config'))
  renameSync(repo.path('live.yaml'), repo.path('config/features.yaml'))
  repo.git('add', '-A')
  repo.git('commit', '-qm', 'Move')
  const moved = await bisected(repo.path('config/features.yaml'), 'a')
  expect(turns(moved)).toEqual([['For gary', 'off', 'on']])
  repo.commit('config/features.yaml', 'feature_a: off\n', 'Off')
  expect(turns(await bisected(repo.path('config'), 'a'))).toEqual([['Off', 'on', 'off']])
})

test('of a branch that was merged the merge is named: only then it was in force', async () => {
  const { repo, path } = history()
  repo.git('checkout', '-qb', 'topic')
  repo.commit('live.yaml', 'feature_a: off\n', 'Try off')
  repo.commit('live.yaml', 'feature_a: { users: [gary, wendy] }\n', 'Both')
  repo.git('checkout', '-q', '-')
  repo.git('merge', '-q', '--no-ff', '-m', 'Merge topic', 'topic')
  expect(turns(await bisected(path, 'a'))).toEqual([['For gary', 'off', 'on']])
  repo.commit('live.yaml', 'feature_a: off\n', 'Off')
  expect(turns(await bisected(path, 'a'))).toEqual([['Off', 'on', 'off']])
})

test.each([
  [
    'one version',
    'feature_a: off\n',
    'a',
    /has one version in its history, and what is there now gives this visitor the same answer of a$/m,
  ],
])('%s ends with 1', async (_, text, name, says) => {
  const repo = gitRepo()
  repo.commit('live.yaml', text, 'one')
  const { code, err } = await liveflag(['bisect', repo.path('live.yaml'), name])
  expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(says) as string })
})

test('a name that no version has is a mistake, and no answer that stayed the same', async () => {
  const repo = gitRepo()
  const path = repo.path('live.yaml')
  repo.commit('live.yaml', 'feature_abc: off\nfeature_old: off\n', 'one')
  repo.commit('live.yaml', 'feature_abc: off\n', 'Take old out')
  const { code, err } = await liveflag(['bisect', path, 'abd'])
  expect(code).toBe(2)
  expect(err).toMatch(/has no feature_abd; did you mean abc\?/)
  expect(await liveflag(['bisect', path, 'old'])).toMatchObject({ code: 1 })
})

test('a file outside of a repository has no history', async () => {
  const repo = gitRepo()
  repo.write('live.yaml', 'feature_a: on\n')
  expect(await liveflag(['bisect', repo.path('live.yaml'), 'a'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('has no history') as string,
  })
})

test('at answers by the live config of then', async () => {
  const { commits, path } = history()
  const { code, out } = await liveflag(['at', '2026-01-20', path, 'a', ...GARY])
  expect({ code, lines: out.split('\n') }).toEqual({
    code: 0,
    lines: [
      `${commits[0]?.slice(0, 12)}  2026-01-01T00:00:00Z  Ann  Begin`,
      'a  OFF  disabled',
      '',
    ],
  })
  const later = await liveflag(['at', '2026-02-20T08:00Z', path, '--json', ...GARY])
  expect(JSON.parse(later.out)).toMatchObject({
    at: '2026-02-20T08:00:00.000Z',
    edit: { commit: commits[1], subject: 'For gary' },
    decisions: { a: { enabled: true, selector: 'users' } },
  })
})

test('at follows a file to its earlier name, as bisect does', async () => {
  const { repo } = history()
  repo.git('mv', 'live.yaml', 'moved.yaml')
  repo.commit('moved.yaml', '# moved\nfeature_a: { users: [gary] }\n', 'Move')
  const { code, out } = await liveflag(['at', '2026-01-20', repo.path('moved.yaml'), 'a', ...GARY])
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('Begin') as string })
  expect(out).toContain('a  OFF  disabled')
})

test('at has the clock of then, too', async () => {
  const repo = gitRepo()
  const path = repo.path('live.yaml')
  repo.commit(
    'live.yaml',
    'feature_a: { experiment: { enabled: on, start: 2026-03-01, variants: [{ name: x }] } }\n',
    'one',
    '2026-01-01T00:00:00Z',
  )
  const variantAt = async (time: string): Promise<string> =>
    (await liveflag(['at', time, path, 'a', ...GARY, '--explain'])).out
  expect(await variantAt('2026-02-28')).toContain('a is OFF: the experiment has not started')
  expect(await variantAt('2026-03-02')).toContain('a is ON')
})

test.each([
  ['2025-01-01', /was not there at 2025-01-01T00:00:00.000Z/],
  ['yesterday', /TIME is "yesterday"; write a day/],
])('at %s says why not', async (time, says) => {
  const { path } = history()
  const { code, err } = await liveflag(['at', time, path, 'a'])
  expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(says) as string })
})
