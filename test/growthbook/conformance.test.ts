import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { GrowthBookContext } from '../../src/growthbook/context'
import { evalFeature, runExperiment } from '../../src/growthbook/evaluate'

const FILE =
  process.env.LIVEFLAG_GROWTHBOOK_CASES ??
  join(__dirname, '../../../shared/conformance/growthbook/cases.json')
const present = existsSync(FILE)
type Cases = Record<string, unknown[][]>
const cases: Cases = present ? (JSON.parse(readFileSync(FILE, 'utf8')) as Cases) : {}

if (!present)
  console.warn(
    `GrowthBook conformance: ${FILE} is not there, so none of its cases run; give the path with LIVEFLAG_GROWTHBOOK_CASES`,
  )

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown

/** The cases of a section that come out otherwise. */
function differences(
  section: string,
  answer: (given: unknown[]) => unknown,
  expected: (given: unknown[]) => unknown,
): unknown[] {
  return (cases[section] ?? []).flatMap((given) => {
    const got = plain(answer(structuredClone(given)))
    const want = plain(expected(given))
    return isDeepStrictEqual(got, want) ? [] : [{ name: given[0], got, want }]
  })
}

const whenPresent = present ? test : test.skip

describe('the published GrowthBook cases', () => {
  whenPresent.each(['feature', 'contextualBandit'])('%s: every result, whole', (section) => {
    expect(cases[section]?.length).toBeGreaterThan(0)
    expect(
      differences(
        section,
        ([, context, key]) => evalFeature(context as GrowthBookContext, String(key)),
        ([, , , result]) => result,
      ),
    ).toEqual([])
  })

  whenPresent('run: value, inExperiment and hashUsed of every inline experiment', () => {
    expect(cases.run?.length).toBeGreaterThan(0)
    const answer = ([, context, experiment]: unknown[]): unknown => {
      const { value, inExperiment, hashUsed } = runExperiment(
        context as GrowthBookContext,
        experiment as Record<string, unknown>,
      )
      return [value, inExperiment, hashUsed]
    }
    expect(differences('run', answer, ([, , , ...result]) => result)).toEqual([])
  })
})
