import { isDeepStrictEqual } from 'node:util'
import { answerCase, type CaseAnswer, hasVectors, type VectorCase, vectors } from '../support/r2-vectors'

/** Why liveflag's own semantics answer a case otherwise than r2; each has a decision in docs/decisions. */
type Departure =
  | 'refused at load' // wrong types, unknown keys, numbers out of range or too fine
  | 'off stops everything'
  | 'a fraction of a percent is exact'
  | 'variant is for the eligible, while the experiment runs'
  | 'a variant forced by URL is the whole answer'

/** What an entry says, for telling the departures apart without asking the engine. */
interface Said { enabled?: unknown; url?: unknown; experiment?: { enabled?: unknown } }

const configOf = ({ config }: VectorCase): string => (typeof config === 'string' ? config : JSON.stringify(config))

function departureOf(item: VectorCase, answer: CaseAnswer): Departure | 'unexplained' {
  const { isEnabled, variant } = item.expect
  const said = JSON.parse(configOf(item)) as Said
  if (answer.isEnabled === 'refused') return 'refused at load'
  if (said.enabled === 'off' || said.enabled === false) return answer.isEnabled || answer.variant !== null ? 'unexplained' : 'off stops everything'
  const forced = typeof said.url === 'object' && item.world.urlFeatures.some((name) => Object.hasOwn(said.url as object, name))
  if (forced) return answer.events.length === 0 && !answer.isEnabled ? 'a variant forced by URL is the whole answer' : 'unexplained'
  if (answer.isEnabled === isEnabled && answer.variant === null && variant !== null && isDeepStrictEqual(answer.events, item.expect.bucketingEvents)) {
    return 'variant is for the eligible, while the experiment runs'
  }
  const percent = /"percent_logged(?:in|out)": ?(\d*\.\d+)/.exec(configOf(item))
  if (percent && isEnabled === true && answer.isEnabled === false) return 'a fraction of a percent is exact'
  return 'unexplained'
}

const groupOf = ({ name }: VectorCase): string => name.split('/')[0] ?? name

/** Every group with a case that differs, and why; a group that is not here answers exactly as r2 does. */
const DIFFERING: Record<string, Departure[]> = {
  raw: ['off stops everything', 'refused at load'],
  selector: ['refused at load'],
  truthiness: ['refused at load', 'variant is for the eligible, while the experiment runs'],
  url: ['a variant forced by URL is the whole answer', 'refused at load', 'variant is for the eligible, while the experiment runs'],
  percent_loggedin: ['a fraction of a percent is exact'],
  'percent_loggedin-boundary': ['a fraction of a percent is exact', 'refused at load'],
  'percent_loggedout-boundary': ['a fraction of a percent is exact', 'refused at load'],
  experiment: ['refused at load'],
  'experiment-boundary': ['refused at load'],
  eligibility: ['refused at load', 'variant is for the eligible, while the experiment runs'],
  mix: ['off stops everything'],
  'loggedout-experiments': ['variant is for the eligible, while the experiment runs'],
  'experiment-falsy': ['refused at load'],
  'page-eligibility': ['variant is for the eligible, while the experiment runs'],
  'page-truthiness': ['refused at load'],
}

const cases = vectors<VectorCase>('cases.json', 'cases')

if (!hasVectors) console.warn(`r2 conformance: only the ${cases.length} cases of test/vectors/r2.json run against the default semantics, not the 2841 published ones`)

test('in the default semantics exactly the documented groups of r2 vectors differ, each for a documented reason', async () => {
  const found: Record<string, Set<string>> = {}
  const unexplained: unknown[] = []
  for (const item of cases) {
    const { isEnabled, variant, bucketingEvents: events } = item.expect
    const answer = await answerCase(item, {})
    if (isDeepStrictEqual([answer.isEnabled, answer.variant, answer.events], [isEnabled, variant, events])) continue
    const departure = departureOf(item, answer)
    if (departure === 'unexplained') unexplained.push({ name: item.name, config: item.config, answer, expect: item.expect })
    ;(found[groupOf(item)] ??= new Set()).add(departure)
  }
  expect(unexplained).toEqual([])
  const differing = Object.fromEntries(Object.entries(found).map(([group, reasons]) => [group, [...reasons].sort()]))
  if (hasVectors) expect(differing).toEqual(DIFFERING)
  else for (const [group, reasons] of Object.entries(differing)) expect(DIFFERING[group]).toEqual(expect.arrayContaining(reasons))
}, 60_000)

test('whole percentages and the buckets of experiments put everybody where r2 puts them', async () => {
  const kept = cases.filter((item) => /^(percent_loggedin|percent_loggedout|experiment|experiment-boundary)$/.test(groupOf(item)))
  const moved: string[] = []
  for (const item of kept) {
    if (/\d\.\d/.test(configOf(item)) && groupOf(item).startsWith('percent')) continue
    const answer = await answerCase(item, {})
    if (answer.isEnabled !== 'refused' && answer.isEnabled !== item.expect.isEnabled) moved.push(item.name)
  }
  expect(moved).toEqual([])
}, 60_000)
