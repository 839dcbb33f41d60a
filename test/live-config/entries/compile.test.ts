/**
 * Sound entries are compiled when they are first asked; nothing that is wrong may be lines later for
 * it.
 */
import fc from 'fast-check'
import { checkText, type Compat, memory, openFeatures } from '../../../src'
import { anyValue, KEYS, liveflagEntry, mappingOf, r2Entry } from '../../support/arbitraries'
import { sized } from '../../support/long-run'

const RUNS = sized(300, 1500)

interface CompileProblem {
  readonly code: string
  readonly severity: string
  readonly path?: string | undefined
}

const lines = (problems: readonly CompileProblem[]): string[] =>
  problems.map(({ code, severity, path }) => `${severity} ${code} ${path}`).toSorted()

async function byEngine(text: string, compat: Compat): Promise<string[]> {
  const features = await openFeatures({
    source: memory(text, { format: 'json' }),
    compat,
    guards: { allowEmpty: true },
  })
  features.on('problem', () => undefined)
  const { problems } = features.snapshot
  await features.close()
  return lines(problems)
}

const byCheck = (text: string, compat: Compat): string[] =>
  lines(checkText(text, { format: 'json', compat }).problems)

const nearlyEntry = mappingOf(fc.constantFrom(...KEYS), anyValue)

describe.each<Compat>(['liveflag', 'r2'])('at load, in the semantics of %s,', (compat) => {
  test.each([
    '{loggedin: false}',
    '{users: []}',
    '{owner: me}',
    '{tags: [a]}',
    '{permanent: true}',
    '{x-note: [a]}',
    '{url: {}}',
    '{url: a}',
    '{loggedin: true}',
    '{users: [gary]}',
  ])(
    'an experiment whose only selector is %s is lines what check tells of it',
    async (selector) => {
      const [key, value] = selector.slice(1, -1).split(': ')
      const json = JSON.stringify({
        feature_x: {
          experiment: {
            [key ?? '']:
              { me: 'me', a: 'a', '{}': {}, '[]': [], '[a]': ['a'], '[gary]': ['gary'] }[
                value ?? ''
              ] ?? value === 'true',
            variants: { blue: 10 },
          },
        },
      })
      expect(await byEngine(json, compat)).toEqual(byCheck(json, compat))
    },
  )

  test(`every entry is lines what check tells of it (${RUNS} random entries)`, async () => {
    const entry = fc.oneof(
      liveflagEntry,
      r2Entry,
      nearlyEntry,
      nearlyEntry.map((experiment) => ({ experiment })),
    )
    await fc.assert(
      fc.asyncProperty(entry, async (value) => {
        const text = JSON.stringify({ feature_x: value })
        expect(await byEngine(text, compat)).toEqual(byCheck(text, compat))
      }),
      { numRuns: RUNS, seed: 11 },
    )
  })
})
