/** The dashboard and `liveflag stale` say the same of a feature that has done its work. */
import { join } from 'node:path'
import { file, openFeatures } from '../../../src/index'
import { createServer } from '../../../src/server/server'
import type { FeatureList } from '../../../src/server/admin/contract'
import { liveflag } from '../../cli/captured-terminal'
import { eventually } from '../../support/eventually'
import { gitRepo } from '../../support/git-repo'
import { tempDir } from '../../support/temp-dir'

const DAY = 86_400_000
/** Of the captured terminal. */
const NOW = new Date(2027, 0, 31, 9, 5, 7).getTime()
const before = (days: number): string => new Date(NOW - days * DAY).toISOString()

const OLD = `
feature_header: on
feature_wrap: off
feature_most: { percent_loggedin: 99.9, percent_loggedout: 99.9 }
feature_all: { percent_loggedin: 100, percent_loggedout: 100 }
feature_young: off
feature_kept: { default: true, permanent: true }
feature_past: { gold: true, expires: '2026-12-24' }
feature_gold: { gold: true }
feature_dated:
  rules: [{ condition: { now: { $gt: '2026-12-01' } }, force: true }]
feature_color:
  experiment:
    experiment_id: 1
    loggedin: true
    loggedout: true
    variants: [{ name: blue, weight: 100 }]
feature_ended:
  experiment:
    experiment_id: 2
    status: running
    loggedin: true
    end: '${before(40).slice(0, 10)}'
    variants: [{ name: a, weight: 50 }, { name: b, weight: 50 }]
feature_coming:
  percent_loggedin: { ramp: { from: 0, to: 100, over: 9d, start: '2027-03-01' } }
feature_ramped:
  percent_loggedin: { ramp: { from: 1, to: 100, over: 9d, start: '${before(50).slice(0, 10)}' } }
  percent_loggedout: 100
feature_base: off
feature_built:
  rules: [{ parentConditions: [{ id: base, condition: { value: true } }], force: true }]
`
const NEW = OLD.replace('feature_young: off', 'feature_young: on').replace('base: off', 'base: on')

interface Reasons {
  readonly [feature: string]: readonly string[]
}

const LASTING = ['always-on', 'always-off', 'same-answer', 'expired', 'not-asked']

async function ofCommand(path: string, code: string): Promise<Reasons> {
  const { out } = await liveflag(['stale', path, code, '--json'])
  const { stale } = JSON.parse(out) as {
    stale: { feature: string; reasons: { kind: string; text: string }[] }[]
  }
  return named(stale.map(({ feature, reasons }) => [feature, reasons]))
}

/** What a server says at a time; it and those before it have seen the file. */
async function ofDashboard(path: string, db: string, days: number): Promise<Reasons> {
  const now = (): number => NOW - days * DAY
  const features = await openFeatures({ source: file(path), now })
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const server = await createServer(features, { port: 0, log, db, now })
  let list: FeatureList | undefined
  await eventually('every share', async () => {
    list = (await (await fetch(`${server.url}/api/v1/features`)).json()) as FeatureList
    return !list.isComputing && list.features.every(({ share }) => share !== null)
  })
  await server.close()
  await features.close()
  return named((list?.features ?? []).map(({ name, stale }) => [name, stale]))
}

const named = (
  all: readonly (readonly [string, readonly { kind: string; text: string }[]])[],
): Reasons =>
  Object.fromEntries(
    all
      .map(([name, reasons]) => [
        name,
        reasons
          .filter(({ kind }) => LASTING.includes(kind))
          .map(({ kind, text }) => `${kind}: ${text}`),
      ])
      .filter(([, reasons]) => reasons?.length !== 0),
  ) as Reasons

test('the same features are stale on the dashboard and on the command line, for the same reasons', async () => {
  const repo = gitRepo()
  const db = join(tempDir(), 'server.db')
  const path = repo.path('live.yaml')
  repo.commit('live.yaml', OLD, 'Begin', before(90))
  await ofDashboard(path, db, 90)
  repo.commit('live.yaml', NEW, 'Young and base', before(10))
  await ofDashboard(path, db, 10)
  const dashboard = await ofDashboard(path, db, 0)
  expect(dashboard).toEqual(await ofCommand(path, repo.path('.')))
  expect(dashboard).toEqual({
    all: ['always-on: on for everybody for 90 days, since 2026-11-02'],
    color: ['always-on: blue for everybody for 90 days, since 2026-11-02'],
    ended: [expect.stringMatching(/^always-off: off for 40 days/)],
    header: ['always-on: on for everybody for 90 days, since 2026-11-02'],
    past: ['expired: past its expires, 2026-12-24'],
    ramped: [expect.stringMatching(/^always-on: on for everybody for 41 days/)],
    wrap: ['always-off: off for 90 days, since 2026-11-02'],
  })
})
