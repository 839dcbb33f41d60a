import fs from 'node:fs'
import { naiveAdapter } from '../../support/naive-adapter'
import { difference } from '../../../src/testing/reload/diff'
import {
  bitsOf,
  liveConfigDialect,
  numberOf,
  patterns,
  reportText,
  runKit,
  totals,
  type Report,
  type Result,
} from '../../../src/testing/testing'
import { randomFrom, shuffled } from '../../../src/testing/reload/random'

/** A kit that cannot fail is worthless: here it meets what it was made to catch. */
describe('the reload conformance kit', () => {
  const verdicts = async (...only: string[]): Promise<Record<string, Result['verdict']>> => {
    const report = await runKit({
      adapter: naiveAdapter,
      ways: [{ format: 'json', watching: 'events', pollMs: 100 }],
      only,
    })
    return Object.fromEntries(report.results.map(({ id, verdict }) => [id, verdict]))
  }

  it('passes in-place rewrites, and fails renames and ConfigMap swaps, on a watch of the file itself', async () => {
    expect(await verdicts('W1', 'W2', 'W4')).toEqual({ W1: 'passed', W2: 'failed', W4: 'failed' })
  })

  it('goes on, with a violation, when the directory of a trial cannot be removed', async () => {
    const busy = jest.spyOn(fs, 'rmSync').mockImplementationOnce(() => {
      throw new Error('EBUSY')
    })
    expect(
      await runKit({
        adapter: naiveAdapter,
        ways: [{ format: 'json', watching: 'events', pollMs: 100 }],
        only: ['W1'],
      }),
    ).toMatchObject({
      results: [
        { verdict: 'failed', reasons: ['its directory could not be removed: Error: EBUSY'] },
      ],
    })
    const [[left = ''] = []] = busy.mock.calls
    busy.mockRestore()
    fs.rmSync(left, { recursive: true })
  })

  it('has every pattern of the specification', () => {
    expect([...new Set(patterns.map(({ id }) => id))]).toEqual(
      Array.from({ length: 37 }, (_, i) => `W${i + 1}`),
    )
  })

  it('runs patterns in an order that the seed brings back', () => {
    const order = (seed: number): number[] => shuffled([1, 2, 3, 4, 5, 6, 7, 8], randomFrom(seed))
    expect(order(7)).toEqual(order(7))
    expect(order(7)).not.toEqual(order(8))
  })

  it('writes numbers as users, and reads them back', () => {
    for (const value of [1, 2, 1000, 4095])
      expect(numberOf((user) => bitsOf(value).includes(user))).toBe(value)
    expect(liveConfigDialect.text({ alpha: 5 }, 'ini')).toBe(
      '[live_config]\nfeature_alpha = {"users": ["b0", "b2"]}\n',
    )
  })

  it('works out by itself what a change event must say', () => {
    expect(difference({ a: 1, b: 2, c: 3 }, { b: 2, c: 4, d: 5 })).toEqual({
      added: ['d'],
      changed: ['c'],
      removed: ['a'],
    })
  })

  it('counts what was not run as neither passed nor failed', () => {
    const result = {
      id: 'W33',
      title: 'x',
      format: 'yaml',
      watching: 'poll',
      reasons: ['no rights'],
      notObservable: ['I8'],
      latencies: [],
    } as const
    const report: Report = { seed: 1, results: [{ ...result, verdict: 'not run' }], leaks: [] }
    expect(totals(report)).toEqual({ passed: 0, failed: 0, notRun: 1 })
    expect(reportText(report)).toContain('not run  W33 x: no rights')
    expect(reportText(report)).toContain('not observable: I8')
  })
})
