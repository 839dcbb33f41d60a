/** `liveflag stale`, with real histories of git and a real store. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sqliteStore } from '../../../src/recording/sqlite'
import { gitRepo, type Repo } from '../../support/git-repo'
import { fencesOf } from '../../house/markdown'
import { usageRow } from '../../support/rows'
import { liveflag, scratch } from '../captured-terminal'

const write = scratch()
const DAY = 86_400_000
/** Of the captured terminal. */
const NOW = new Date(2027, 0, 31, 9, 5, 7).getTime()

const OLD = `feature_new_header: on
feature_search:
  percent_loggedin: 50
  percent_loggedout: 100
feature_gift_wrap: off
feature_color:
  experiment:
    experiment_id: 4711
    loggedin: true
    loggedout: true
    variants: [{ name: blue, weight: 100 }]
`
const NEW = OLD.replace('percent_loggedin: 50', 'percent_loggedin: 100')

/** A repository whose live config was edited 90 and 10 days ago, and code that asks. */
function shop(): { repo: Repo; file: string; code: string } {
  const repo = gitRepo()
  const at = (days: number): string => new Date(NOW - days * DAY).toISOString()
  repo.commit('live.yaml', OLD, 'Begin', at(90))
  repo.commit('live.yaml', NEW, 'Search for everybody', at(10))
  const code = repo.path('src')
  mkdirSync(code)
  writeFileSync(
    join(code, 'shop.ts'),
    `if (features.isEnabled('new_header')) header()
if (features.isEnabled('search')) search()
if (features.isEnabled('gift_wrp')) wrap()
paint(features.variant('color'))
`,
  )
  return { repo, file: repo.path('live.yaml'), code }
}

interface Printed {
  readonly stale: readonly {
    readonly feature: string
    readonly reasons: readonly { readonly kind: string; readonly text: string }[]
    readonly next: string
  }[]
  readonly notLookedAt: readonly string[]
}

const found = async (...args: string[]): Promise<Printed> =>
  JSON.parse((await liveflag(['stale', ...args, '--json'])).out) as Printed

const kindsIn = ({ stale }: Printed): Record<string, string[]> =>
  Object.fromEntries(
    stale.map(({ feature, reasons }) => [feature, reasons.map(({ kind }) => kind)]),
  )

test('the code, the live config and its history are joined; what could not be looked at is said', async () => {
  const { file, code } = shop()
  const { code: exit, out, err } = await liveflag(['stale', file, code])
  const short = out.replaceAll(dirname(file), 'shop')
  expect({ exit, err, out: short }).toEqual({
    exit: 0,
    err: '',
    out: fencesOf('docs/clean-up.md').find(({ info }) => info === 'text stale')?.text,
  })
})

test('every bucket counts: 100 % for everybody is on, since the edit that made it so', async () => {
  const { file, code } = shop()
  expect(kindsIn(await found(file, code, '--days', '10'))).toMatchObject({ search: ['always-on'] })
  expect(kindsIn(await found(file, code, '--days', '11'))).not.toHaveProperty('search')
})

test('an edit that is not committed is of today', async () => {
  const { file, code } = shop()
  writeFileSync(file, NEW.replace('gift_wrap: off', 'gift_wrap: on'))
  expect(kindsIn(await found(file, code))['gift_wrap']).toEqual(['not-in-code'])
})

test('names that the file had before are followed', async () => {
  const { repo, code } = shop()
  mkdirSync(repo.path('config'))
  renameSync(repo.path('live.yaml'), repo.path('config/flags.yaml'))
  repo.git('add', '-A')
  repo.commit('config/flags.yaml', `# moved\n${NEW}`, 'Move', new Date(NOW - 5 * DAY).toISOString())
  const { stale } = await found(repo.path('config/flags.yaml'), code)
  expect(stale.find(({ feature }) => feature === 'new_header')?.reasons).toEqual([
    { kind: 'always-on', text: 'on for everybody for 90 days, since 2026-11-02' },
  ])
})

test('a feature is not older than its entry or the last date of it, and not done before that', async () => {
  const repo = gitRepo()
  const at = (days: number): string => new Date(NOW - days * DAY).toISOString()
  const began = `feature_other: on
feature_ramped:
  percent_loggedin: { ramp: { to: 100, over: 9d, start: ${at(40)} } }
  percent_loggedout: { ramp: { to: 100, over: 9d, start: ${at(40)} } }
feature_ended:
  experiment:
    experiment_id: 4712
    loggedin: true
    loggedout: true
    end: ${at(35)}
    variants: [{ name: blue, weight: 100 }]
feature_coming:
  percent_loggedin: { ramp: { to: 100, over: 9d, start: ${at(-3)} } }
feature_settled:
  percent_loggedin: { ramp: { to: 100, over: 9d, start: ${at(99)} } }
  percent_loggedout: { ramp: { to: 100, over: 9d, start: ${at(99)} } }
`
  repo.commit('live.yaml', began, 'Begin', at(182))
  const settled = `${began.slice(0, began.indexOf('feature_settled'))}feature_settled: on\n`
  repo.commit('live.yaml', settled, 'Settle', at(50))
  const added = 'feature_brand_new: off\nfeature_drafted: { status: draft, users: [gary] }\n'
  repo.commit('live.yaml', settled + added, 'Add', at(1))
  const code = repo.path('shop.ts')
  const names = ['brand_new', 'drafted', 'other', 'ramped', 'ended', 'coming', 'settled']
  writeFileSync(code, names.map((name) => `features.isEnabled('${name}')\n`).join(''))
  const { stale } = await found(repo.path('live.yaml'), code, '--days', '20')
  expect(
    Object.fromEntries(
      stale.map(({ feature, reasons }) => [feature, reasons.map(({ text }) => text).join()]),
    ),
  ).toEqual({
    other: expect.stringContaining('for 182 days') as string,
    ramped: expect.stringContaining('on for everybody for 31 days') as string,
    ended: expect.stringContaining('off for 35 days') as string,
    settled: expect.stringContaining('for 90 days') as string,
  })
})

test('an entry whose text is old answers since what it requires was edited', async () => {
  const repo = gitRepo()
  const at = (days: number): string => new Date(NOW - days * DAY).toISOString()
  const text = (base: string): string => `feature_base: ${base}
feature_child:
  default: false
  rules:
    - { parentConditions: [{ id: base, condition: { value: true } }], force: true }
`
  repo.commit('live.yaml', text('{ users: [gary] }'), 'Begin', at(90))
  repo.commit('live.yaml', text('on'), 'Base for everybody', at(10))
  const code = repo.path('shop.ts')
  writeFileSync(code, `features.isEnabled('base')\nfeatures.isEnabled('child')\n`)
  const file = repo.path('live.yaml')
  expect(kindsIn(await found(file, code))).toEqual({})
  expect(kindsIn(await found(file, code, '--days', '10'))).toMatchObject({ child: ['always-on'] })
})

test('without git the code and expires still count', async () => {
  const file = write('alone.yaml', 'feature_b: { users: [gary], expires: 2026-12-31 }\n')
  const code = write('alone.ts', `features.isEnabled('b')\n`)
  const { stale, notLookedAt } = await found(file, code)
  expect(stale).toMatchObject([{ feature: 'b', reasons: [{ kind: 'expired' }] }])
  expect(notLookedAt).toEqual([expect.stringMatching(/^history: /), 'records: no --store'])
})

test('a store of usage says what was not asked, and what had one answer', async () => {
  const { repo, file, code } = shop()
  const path = repo.path('records.db')
  const store = sqliteStore(path)
  const asked = (feature: string, value: boolean | string, days: number) =>
    usageRow({ feature, value, at: NOW - days * DAY })
  await store.write({
    usages: [
      asked('new_header', true, 60),
      asked('search', true, 40),
      asked('search', false, 5),
      asked('search', true, 3),
      asked('color', 'blue', 2),
    ],
  })
  await store.close()
  const printed = await found(file, code, '--store', path)
  expect(printed.notLookedAt).toEqual([])
  expect(kindsIn(printed)).toEqual({
    color: ['always-on', 'same-answer'],
    gift_wrap: ['not-in-code', 'always-off', 'not-asked'],
    gift_wrp: ['not-in-file'],
    new_header: ['always-on', 'not-asked'],
  })
  const young = await found(file, code, '--store', path, '--days', '61')
  expect(young.notLookedAt).toEqual(['records: they are of 60 days, not of 61'])
})

test('a store without usage, and one that is not there', async () => {
  const { repo, file, code } = shop()
  const path = repo.path('empty.db')
  const store = sqliteStore(path)
  await store.open()
  await store.close()
  expect((await found(file, code, '--store', path)).notLookedAt).toEqual([
    'records: the store has no usage of features (usageRecorder writes it)',
  ])
  expect(await liveflag(['stale', file, code, '--store', `${path}x`])).toMatchObject({ code: 2 })
})

test('--fail makes it a check', async () => {
  const { file, code } = shop()
  expect(await liveflag(['stale', file, code, '--fail'])).toMatchObject({ code: 1 })
  const fresh = write('fresh.yaml', 'feature_b: { users: [gary] }\n')
  const asking = write('fresh.ts', `features.isEnabled('b')\n`)
  const { code: exit, out } = await liveflag(['stale', fresh, asking, '--fail'])
  expect(exit).toBe(0)
  expect(out).toContain('0 stale features; the live config has 1\n')
})

test.each([
  [['--days', '0'], '--days is 0; give a whole number from 1'],
  [['--days', 'x'], '--days is "x"; write a number'],
])('%j is an error of use', async (args, message) => {
  const { file, code } = shop()
  const { code: exit, err } = await liveflag(['stale', file, code, ...args])
  expect({ exit, err }).toEqual({ exit: 2, err: expect.stringContaining(message) as string })
})
