/**
 * Percentages that grow: whoever is in stays in, with the same variant. And features that know
 * nothing of each other.
 */
import { worldOf } from '../../src'
import { closeEngines, openEngine } from '../support/engine'
import { PATIENCE, sized } from '../support/long-run'
import { ID_SHAPES, population, sigmasOff } from '../support/populations'

afterEach(closeEngines)

const LOGGED_OUT = 'percent_loggedout'

/** A kind of entry whose percentage is `percent`, of people who have signed in unless it says otherwise. */
const kinds: Readonly<Record<string, (percent: number) => string>> = {
  percent_loggedin: (percent) => `feature_f: { percent_loggedin: ${percent} }`,
  "a variant of r2's": (percent) =>
    `feature_f: { experiment: { experiment_id: r, loggedin: true, variants: { big: ${percent / 4} } } }`,
  'traffic of an experiment with a life': (percent) =>
    `feature_f: { default: 0, experiment: { experiment_id: l, traffic: ${percent}, variants: [{ name: a, weight: 1, value: 1 }, { name: b, weight: 1, value: 2 }] } }`,
  'coverage of a rule': (percent) =>
    `feature_f: { default: 0, rules: [{ coverage: ${percent / 100}, hashVersion: 2, force: 1 }] }`,
  "coverage of a rule's experiment": (percent) =>
    `feature_f: { default: 0, rules: [{ key: k, coverage: ${percent / 100}, hashVersion: 2, variations: [1, 2] }] }`,
  [LOGGED_OUT]: (percent) => `feature_f: { percent_loggedout: ${percent} }`,
  'percent_loggedin of the stable scheme': (percent) =>
    `feature_f: { bucketing: stable, percent_loggedin: ${percent} }`,
  'traffic of the stable scheme': (percent) =>
    `feature_f: { bucketing: stable, default: 0, experiment: { experiment_id: s, traffic: ${percent}, variants: [{ name: a, weight: 1, value: 1 }, { name: b, weight: 1, value: 2 }] } }`,
}

const worldFor = (kind: string, id: string) =>
  worldOf(kind === LOGGED_OUT ? { loid: id } : { user: { id } })

test.each(Object.keys(kinds))(
  '%s, ramped up: nobody drops out, and nobody changes variant',
  async (kind) => {
    const entry = kinds[kind] ?? (() => '')
    const steps = sized(9, 100)
    const ids = population(sized(300, 20_000), (n) => `user-${n}`)
    const seen = new Map<string, string>()
    const changed: string[] = []
    for (let step = 1; step <= steps; step++) {
      const { features } = await openEngine(entry(Number(((100 * step) / steps).toFixed(2))))
      for (const id of ids) {
        const { enabled, variant, value } = features.for(worldFor(kind, id)).decide('f')
        const got =
          !enabled && variant === undefined ? 'out' : JSON.stringify([enabled, variant, value])
        const before = seen.get(id)
        if (before !== undefined && before !== got) changed.push(`${id}: ${before} → ${got}`)
        if (got !== 'out') seen.set(id, got)
      }
    }
    expect(changed).toEqual([])
    expect(seen.size).toBeGreaterThan(ids.length / 5)
  },
  PATIENCE,
)

const NAMES = Array.from({ length: 14 }, (_, i) => `feature_${'abcdefghijklmn'[i]}_${i}`)
const PAIRS = NAMES.flatMap((a, i) => NAMES.slice(i + 1).map((b) => [a, b] as const)).slice(0, 90)

test.each(sized(1, 4) === 1 ? ['user-100000, of fixed width'] : Object.keys(ID_SHAPES))(
  'who has one feature says nothing of who has another, for 90 pairs and ids %s',
  async (shape) => {
    const size = sized(2000, 100_000)
    const ids = population(size, ID_SHAPES[shape] ?? String)
    const { features } = await openEngine(
      NAMES.map((name) => `${name}: { percent_loggedin: 50 }`).join('\n'),
    )
    const has = new Map(NAMES.map((name) => [name, new Uint8Array(size)]))
    ids.forEach((id, i) => {
      const visitor = features.for(worldOf({ user: { id } }))
      for (const name of NAMES)
        if (visitor.isEnabled(name.replace('feature_', ''))) has.get(name)?.fill(1, i, i + 1)
    })
    const off = PAIRS.map(([a, b]) => {
      const [first, second] = [has.get(a), has.get(b)]
      const same = ids.filter((_, i) => first?.[i] === second?.[i]).length
      return sigmasOff(same, size, 0.5)
    })
    expect(PAIRS).toHaveLength(90)
    expect(Math.max(...off)).toBeLessThan(4.5)
  },
  PATIENCE,
)
