import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { type Compat, worldOf } from '../../src/index'
import { closeEngines, openEngine } from '../support/engine'
import { sized } from '../support/long-run'
import { anyText } from '../support/any-text'

afterEach(closeEngines)

const MEANINGS: readonly (readonly string[])[] = [
  ['on', '"on"', '{enabled: on}', '{owner: a, enabled: on}'],
  ['off', "'off'", '{enabled: off}', '{enabled: off, x-note: 1}'],
  ['{gold: true}', '\'{"gold": true}\'', '{gold: true, ticket: T-1}', '\n  gold: true   # members'],
  [
    '{gold: true, users: [gary, wendy]}',
    '{users: [gary, wendy], gold: true}',
    '\n  users:\n    - gary\n    - wendy\n  gold: true',
  ],
  ['{percent_loggedin: 5}', '{percent_loggedin: 5.0}', '"{\\"percent_loggedin\\": 5}"'],
  ['{percent_loggedin: 6}', '{percent_loggedin: 6, description: more}'],
  [
    '{experiment: {loggedin: true, variants: {a: 5, b: 6}}}',
    '{experiment: {variants: {b: 6, a: 5}, loggedin: true}}',
  ],
  [
    '{experiment: {loggedin: true, variants: {a: 5, b: 7}}}',
    '{experiment: {loggedin: true, variants: {a: 5, b: 7.0}}}',
  ],
  ['{}', '{owner: a}'],
]
const BAD = ['{users: 5}', '{users: [gary, 5]}', 'On', '[on]', '{experiment: {variants: {a: "5"}}}']
const BAD_WHOLES = ['feature_a: [\n', '- a\n', '', '"', 'feature_a: on\n  gold: true\n']

type Step =
  | { readonly kind: 'whole'; readonly text: string }
  | { readonly kind: 'entries'; readonly entries: readonly Written[]; readonly head: string }
/** One entry: which feature, what it means (-1: nothing good), and how it is written. */
interface Written {
  readonly name: string
  readonly meaning: number
  readonly text: string
}

const written: fc.Arbitrary<Written> = fc
  .tuple(
    fc.constantFrom('a', 'b', 'c', 'd', '__proto__'),
    fc.integer({ min: -1, max: MEANINGS.length - 1 }),
    fc.nat(),
  )
  .map(([name, meaning, way]) => {
    const ways = MEANINGS[meaning] ?? BAD
    return { name, meaning, text: `feature_${name}: ${ways[way % ways.length] ?? ''}` }
  })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.constantFrom(...BAD_WHOLES).map((text): Step => ({ kind: 'whole', text })),
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(
        fc.uniqueArray(written, { selector: ({ name }) => name, maxLength: 5 }),
        fc.constantFrom('', '# head\n', '# another head\n\n', 'note: 1\n'),
      )
      .map(([entries, head]): Step => ({ kind: 'entries', entries, head })),
  },
)

/** What is in force, kept by the rules of docs/spec/reload.md alone. */
class Model {
  private read: string | undefined
  private generation = 0
  private inForce = new Map<string, { meaning: number; held: boolean }>()
  private rejected = new Set<string>()
  private installed = 0
  private stale = false
  readonly told: string[] = []
  changes: unknown[] = []

  constructor(private readonly hold: boolean) {}

  take(step: Step, text: string): void {
    if (text !== this.read) this.generation++
    else return
    this.read = text
    if (
      step.kind === 'whole' ||
      (step.entries.length === 0 && (this.inForce.size > 0 || text.trim() === '')) ||
      this.isUseless(step.entries)
    )
      return this.refuse()
    this.install(step.entries, text)
  }

  /** Every entry is refused, and none is a newer text of a feature that is in force. */
  private isUseless(entries: readonly Written[]): boolean {
    return (
      this.inForce.size > 0 &&
      entries.every(({ name, meaning }) => meaning < 0 && !this.inForce.has(name))
    )
  }

  private refuse(): void {
    if (!this.stale && this.installed > 0) this.told.push('stale')
    this.stale = true
  }

  private install(entries: readonly Written[], text: string): void {
    const before = this.inForce
    const refused = entries.filter(({ meaning }) => meaning < 0).map(({ name }) => name)
    this.inForce = new Map(
      entries.flatMap(({ name, meaning }): [string, { meaning: number; held: boolean }][] => {
        const old = before.get(name)
        if (meaning >= 0) return [[name, { meaning, held: false }]]
        return old && this.hold ? [[name, { meaning: old.meaning, held: true }]] : []
      }),
    )
    this.rejected = new Set(refused.filter((name) => !this.inForce.has(name)))
    const [olds, news] = [[...before.keys()], [...this.inForce.keys()]]
    const change = {
      added: news.filter((name) => !before.has(name)).sort(),
      changed: news
        .filter(
          (name) =>
            before.has(name) && before.get(name)?.meaning !== this.inForce.get(name)?.meaning,
        )
        .sort(),
      removed: olds.filter((name) => !this.inForce.has(name)).sort(),
    }
    if (
      this.installed > 0 &&
      change.added.length + change.changed.length + change.removed.length > 0
    ) {
      this.told.push('change')
      this.changes.push({
        ...change,
        generation: this.generation,
        previousGeneration: this.installed,
        hash: createHash('sha256').update(text).digest('hex'),
      })
    }
    if (this.stale || this.installed === 0) this.told.push('ready')
    this.stale = false
    this.installed = this.generation
  }

  get state(): unknown {
    return {
      status: this.stale ? 'STALE' : 'READY',
      generation: this.installed,
      names: [...this.inForce.keys()].sort(),
      heldBack: [...this.inForce]
        .filter(([, { held }]) => held)
        .map(([name]) => name)
        .sort(),
      rejected: [...this.rejected].sort(),
    }
  }
}

const textOf = (step: Step): string =>
  step.kind === 'whole'
    ? step.text
    : `${step.head}${step.entries.map(({ text }) => `${text}\n`).join('')}` || '{}\n'

/** A step without entries would be an empty text with some heads; write those as {} too. */
const asWritten = (step: Step): Step =>
  step.kind === 'entries' && step.entries.length === 0 ? { ...step, head: '' } : step

const RUNS = sized(75, 300)

describe.each<[Compat, 'hold' | 'off']>([
  ['liveflag', 'hold'],
  ['r2', 'hold'],
  ['liveflag', 'off'],
])('in the semantics of %s, bad entries: %s', (compat, badEntry) => {
  test(`state, events and their exact keys are those of an independent account (${RUNS} random histories of up to 12 contents)`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          written.filter(({ meaning }) => meaning >= 0),
          { minLength: 1, maxLength: 1 },
        ),
        fc.array(step.map(asWritten), { maxLength: 12 }),
        async (first, steps) => {
          const model = new Model(badEntry === 'hold')
          const start: Step = { kind: 'entries', entries: first, head: '' }
          model.take(start, textOf(start))
          const { features, set, changes, told } = await openEngine(textOf(start), {
            compat,
            badEntry,
          })
          for (const next of steps) {
            model.take(next, textOf(next))
            await set(textOf(next))
            expect(features.snapshot).toMatchObject(model.state as object)
          }
          expect(changes).toEqual(model.changes)
          expect(
            told.map((event) => event.split(' ')[0]).filter((kind) => kind !== 'problem'),
          ).toEqual(model.told)
          await closeEngines()
        },
      ),
      { numRuns: RUNS, seed: 24 },
    )
  })
})

describe('whatever is written into it', () => {
  const piece = fc.constantFrom(
    'feature_x',
    'feature_y',
    ': ',
    ':\n  ',
    '\n',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    ',',
    'on',
    'off',
    'gold: true',
    'users: [gary]',
    '# note\n',
    '&a ',
    '*a',
    '- ',
    '|',
    '---\n',
    '...\n',
    '\t',
    '\0',
    '\ud800',
    '😀',
    '1e999',
  )
  const text = fc.oneof(
    anyText({ maxLength: 40 }),
    fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')),
  )

  test.each(['yaml', 'json', 'ini'] as const)(
    `the engine goes on: each content has an outcome, and what was good is answered (${RUNS} random histories in %s)`,
    async (format) => {
      const good = {
        yaml: 'feature_x: {gold: true}\n',
        json: '{"feature_x": {"gold": true}}',
        ini: '[live_config]\nfeature_x = {"gold": true}\n',
      }[format]
      const gold = worldOf({ user: { id: 't2_1', gold: true } })
      await fc.assert(
        fc.asyncProperty(fc.array(text, { maxLength: 6 }), async (contents) => {
          const { features, set } = await openEngine(good, { format })
          for (const content of contents) {
            expect(['installed', 'rejected', 'unchanged']).toContain(await set(content))
            expect(['READY', 'STALE']).toContain(features.snapshot.status)
            for (const name of [...features.snapshot.names, 'x'])
              expect(typeof features.for(gold).isEnabled(name)).toBe('boolean')
          }
          await set(good)
          expect([
            features.for(gold).isEnabled('x'),
            features.snapshot.status,
            features.snapshot.problems,
          ]).toEqual([true, 'READY', []])
          await closeEngines()
        }),
        { numRuns: RUNS, seed: 25 },
      )
    },
  )
})
