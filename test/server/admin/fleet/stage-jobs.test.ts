import { StoreError } from '../../../../src/sources/key-store'
import type { StagedResult } from '../../../../src/fleet/staged'
import { type Job, type JobOptions, StageJobs } from '../../../../src/server/admin/fleet/stage-jobs'
import { settled } from '../../../support/manual-clock'

type Line = readonly [level: string, fields: object, message: string]

function logged() {
  const lines: Line[] = []
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push([level, fields, message])
  return { lines, log: { info: at('info'), warn: at('warn'), error: at('error') } }
}

/** A job that does what the test says, when it says so. */
function job() {
  let options: JobOptions | undefined
  let end: (result: StagedResult) => void = () => undefined
  let fail: (error: unknown) => void = () => undefined
  const run: Job = (given) => {
    options = given
    return new Promise<StagedResult>((resolve, reject) => {
      end = resolve
      fail = reject
    })
  }
  return {
    run,
    stage: (percent: number) =>
      options?.onStage({ generation: 4, percent, asked: 3, confirmed: 1 }),
    end: (result: StagedResult) => end(result),
    fail: (error: unknown) => fail(error),
    isAborted: () => options?.signal.aborted,
  }
}

const PUBLISHED: StagedResult = {
  ...{ kind: 'published', generation: 4, hash: 'h', basedOn: 3, problems: [] },
}
const away = new StoreError('unreachable', 'store', 'it is away', 'wait')

/** What became of a promise by now. */
async function now<T>(work: Promise<T>): Promise<T | 'waits'> {
  await settled()
  return Promise.race([work, Promise.resolve('waits' as const)])
}

test('it has begun with its first stage, not before and not later', async () => {
  const [{ run, stage, end }, { lines, log }] = [job(), logged()]
  const begun = new StageJobs(log).begin('live', run)
  expect(await now(begun)).toBe('waits')
  stage(1)
  stage(10)
  expect(await begun).toEqual({ kind: 'staging', generation: 4, percent: 1 })
  expect(lines).toEqual([])
  end(PUBLISHED)
  await settled()
  expect(lines).toEqual([
    ['info', { source: 'live', outcome: 'published', generation: 4 }, 'the stages are over'],
  ])
})

test.each<StagedResult>([
  PUBLISHED,
  { kind: 'unchanged', generation: 3, hash: 'h' },
  {
    ...{ kind: 'withdrawn', generation: 4, hash: 'h', reason: 'web-1 is ill' },
    hosts: [{ host: 'web-1', problem: 'a secret of the text' }],
  },
])('one that ends before it has begun says how: $kind', async (result) => {
  const [{ run, end }, { lines, log }] = [job(), logged()]
  const begun = new StageJobs(log).begin('live', run)
  end(result)
  expect(await begun).toEqual(result)
  expect(lines).toMatchObject([['info', { outcome: result.kind }, 'the stages are over']])
  expect(JSON.stringify(lines)).not.toContain('secret')
})

test.each([
  ['the error of the store', away, away],
  ['anything that was thrown, as an error', 'odd', new Error('odd')],
])(
  'where the store is away before the first stage, it rejects with %s',
  async (_, thrown, error) => {
    const [{ run, fail }, { lines, log }] = [job(), logged()]
    const begun = new StageJobs(log).begin('live', run)
    fail(thrown)
    await expect(begun).rejects.toEqual(error)
    expect(lines).toEqual([
      ['error', { source: 'live', problem: error.message }, 'the stages ended'],
    ])
  },
)

test('where it goes away half-way, whoever saved has an answer, and the log has the reason', async () => {
  const [{ run, stage, fail }, { lines, log }] = [job(), logged()]
  const jobs = new StageJobs(log)
  const begun = jobs.begin('live', run)
  stage(1)
  fail(away)
  expect(await begun).toMatchObject({ kind: 'staging', percent: 1 })
  await settled()
  expect(lines).toMatchObject([['error', { source: 'live' }, 'the stages ended']])
  await jobs.close()
})

test('a server that ends asks all that are at work to end, and waits until they have', async () => {
  const [one, other, done] = [job(), job(), job()]
  const jobs = new StageJobs(logged().log)
  const begun = [one, other, done].map(({ run }, i) => jobs.begin(`live-${i}`, run))
  for (const { stage } of [one, other]) stage(1)
  done.end(PUBLISHED)
  await Promise.all(begun)
  expect([one, other].map(({ isAborted }) => isAborted())).toEqual([false, false])
  const closed = jobs.close().then(() => 'closed')
  expect([one, other].map(({ isAborted }) => isAborted())).toEqual([true, true])
  one.end({ kind: 'interrupted', generation: 4, hash: 'h' })
  expect(await now(closed)).toBe('waits')
  // Taking it back fails, too: the server ends all the same.
  other.fail(away)
  expect(await closed).toBe('closed')
})

test('what begins while the server ends is asked to end at once', async () => {
  const jobs = new StageJobs(logged().log)
  await jobs.close()
  const { run, isAborted, end } = job()
  const begun = jobs.begin('live', run)
  expect(isAborted()).toBe(true)
  end(PUBLISHED)
  expect(await begun).toEqual(PUBLISHED)
})
