/** What every store of records does. */
import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { conversionRows } from '../../src/decide/conversion'
import { memoryStore } from '../../src/recording/memory'
import {
  ASSIGNED,
  type Admission,
  type Ask,
  type Batch,
  type ConversionRow,
  type History,
  type Reports,
  type Store,
  type UsageRow,
} from '../../src/recording/store'
import {
  assignedRow,
  conversionRow,
  decisionRow,
  dropRow,
  exposureRow,
  usageRow,
} from '../support/rows'

const HOUR = 3_600_000

/** Exposures, decisions and conversions of a few units, in batches, by a generator that repeats itself. */
function manyRows(): readonly Batch[] {
  let state = 7
  const below = (limit: number): number => {
    state = (state * 48_271) % 2_147_483_647
    return state % limit
  }
  const one = <T>(list: readonly [T, ...T[]]): T => list[below(list.length)] ?? list[0]
  return Array.from({ length: 40 }, (_, i): Batch => {
    const unit = `u${below(25)}`
    const loid = `l${below(15)}`
    const at = below(48) * HOUR
    const revision = one(['r1', 'r2', null])
    const variant = one(['a', 'a', 'b'])
    const isSignedIn = below(3) > 0
    const subject = `u${below(25)}`
    return {
      exposures: [
        exposureRow(isSignedIn ? unit : loid, variant, {
          ...{ at, revision, user: isSignedIn ? unit : null, loid: below(2) > 0 ? loid : null },
        }),
        exposureRow(`u${below(25)}`, 'a', { at: below(48) * HOUR, revision }),
      ],
      decisions: [
        assignedRow(subject, 'exp', variant, { decisionId: `d${i}`, at, revision }),
        assignedRow(subject, 'other', variant, { decisionId: `o${i}`, at }),
      ],
      conversions: [
        conversionRow(one([unit, loid, subject]), below(9), { at: below(60) * HOUR }),
        conversionRow(null, below(9), { decisionId: `d${below(45)}`, at: below(48) * HOUR }),
        conversionRow(null, below(9), { decisionId: `o${below(45)}`, at: below(48) * HOUR }),
        conversionRow(unit, below(9) - 4, { at: below(60) * HOUR, event: `e${below(9)}` }),
        conversionRow(unit, 1, { at, name: 'sign-up' }),
      ],
    }
  })
}

const inOrder = (rows: readonly object[]): readonly object[] =>
  rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

type Passing = Pick<Reports, 'eachMember' | 'eachSignIn' | 'eachEvent'>

/** Everything that a store passes on, in one order. */
async function members(
  store: Passing,
  asked: Parameters<Passing['eachMember']>[0],
): Promise<readonly object[]> {
  const rows: object[] = []
  await store.eachMember(asked, (row) => rows.push(row))
  return inOrder(rows)
}

async function signIns(store: Passing, experiment = 'exp'): Promise<readonly object[]> {
  const rows: object[] = []
  await store.eachSignIn?.(experiment, (row) => rows.push(row))
  return inOrder(rows)
}

async function events(
  store: Passing,
  asked: Parameters<Passing['eachEvent']>[0],
): Promise<readonly object[]> {
  const rows: object[] = []
  await store.eachEvent(asked, (row) => rows.push(row))
  return inOrder(rows)
}

/** An admission that assigns variant a. */
function admission(
  subject: string,
  experimentId: string,
  also: Partial<Admission['assignment']> & { at?: number } = {},
): Admission {
  const { at = 1000, domains = [], ...rest } = also
  return {
    decision: assignedRow(subject, experimentId, 'a', { at }),
    assignment: { experimentId, variantId: 'a', domains, ...rest },
  }
}

/**
 * An ask that assigns when the subject is in fewer than `limit` experiments and no other experiment
 * holds the domain.
 */
function limited(subject: string, experimentId: string, limit: number, domain?: string): Ask {
  return {
    subject,
    decide: ({ assigned, domains }) => {
      const held =
        domain !== undefined &&
        domains.some((holder) => holder.domain === domain && holder.experimentId !== experimentId)
      const full = assigned.filter((one) => one.experimentId !== experimentId).length >= limit
      if (held || full)
        return [
          {
            decision: decisionRow({
              subject,
              experimentId,
              reason: held ? 'domain_conflict' : 'participation_limit',
            }),
          },
        ]
      return [admission(subject, experimentId, { domains: domain === undefined ? [] : [domain] })]
    },
  }
}

/** `open` returns a store on its own database, and `again` another store on the same database. */
export function storeContract(
  name: string,
  open: () => Promise<{ store: Store; again: () => Store }>,
): void {
  describe(`the store ${name}`, () => {
    const historyOf = async (store: Store, subject: string): Promise<History> => {
      const [history] = await store.histories([subject])
      return history ?? { assigned: [], domains: [] }
    }

    test('may be opened repeatedly, and is opened by the first call of any method', async () => {
      const { store } = await open()
      await store.open()
      await store.open()
      expect(await store.histories(['nobody', 'no one'])).toEqual([
        { assigned: [], domains: [] },
        { assigned: [], domains: [] },
      ])
    })

    test('shows to other stores what was written', async () => {
      const { store, again } = await open()
      await store.write({
        decisions: [assignedRow('u1', 'exp', 'a')],
        exposures: [exposureRow('u1', 'a')],
      })
      const other = again()
      expect(await historyOf(other, 'u1')).toEqual({
        assigned: [{ experimentId: 'exp', variantId: 'a', firstAt: 1000, lastAt: 1000 }],
        domains: [],
      })
      expect(await other.exposedUnits('exp')).toEqual([{ variant: 'a', units: 1, crossed: 0 }])
    })

    test('stores one of each row, however often a batch is written, and the earliest of exposures', async () => {
      const { store } = await open()
      const batch = {
        decisions: [
          assignedRow('u1', 'exp', 'a'),
          decisionRow({ experimentId: 'exp', reason: 'targeting_mismatch' }),
        ],
        exposures: [exposureRow('u1', 'a', { at: 1000 }), exposureRow('u1', 'a', { at: 500 })],
        usages: [usageRow()],
        conversions: [conversionRow('u1', 2)],
      }
      await store.write(batch)
      await store.write(batch)
      await Promise.all([
        store.write(batch),
        store.write({ exposures: [exposureRow('u1', 'a', { at: 1 })] }),
      ])
      expect(await store.decisionsByReason('exp')).toEqual([
        { reason: ASSIGNED, decisions: 1 },
        { reason: 'targeting_mismatch', decisions: 1 },
      ])
      expect(await store.exposuresOverTime('exp', 1000)).toEqual([
        { start: 0, variant: 'a', units: 1 },
      ])
      expect(await store.conversions({ experiment: 'exp', name: 'purchase', by: 'unit' })).toEqual([
        { variant: 'a', units: 1, converted: 1, conversions: 1, sum: 2, squaredDeviations: 0 },
      ])
    })

    describe('conversions with the id of one order', () => {
      const order = conversionRow('u1', 100, { eventId: 'order 1' })
      const sums = async (store: Store, name = 'purchase', by: 'unit' | 'decision' = 'unit') =>
        (await store.conversions({ experiment: 'exp', name, by })).map(
          ({ variant, conversions, sum }) => `${variant}: ${conversions}, ${sum}`,
        )
      const exposures = [exposureRow('u1', 'a'), exposureRow('u2', 'b')]
      const refund = { ...order, value: -100, at: 3000 }

      test.each([
        [
          'once, however often they are sent',
          [order, { ...order, at: 9000 }],
          ['a: 1, 100', 'b: 0, 0'],
        ],
        ['a refund beside the order', [order, refund, refund], ['a: 2, 0', 'b: 0, 0']],
        ['a refund before its order', [refund, order, refund], ['a: 2, 0', 'b: 0, 0']],
        [
          'refunds of parts of it, each value once',
          [order, { ...order, value: -30 }, { ...order, value: -20 }, { ...order, value: -20 }],
          ['a: 3, 50', 'b: 0, 0'],
        ],
        ['for each unit', [order, { ...order, unit: 'u2', value: 50 }], ['a: 1, 100', 'b: 1, 50']],
      ])('count %s', async (_, conversions, expected) => {
        const { store } = await open()
        await store.write({ exposures, conversions })
        await store.write({ conversions: [...conversions].reverse() })
        expect(await sums(store)).toEqual(expected)
      })

      test('count under each name', async () => {
        const { store } = await open()
        const items = { ...order, name: 'items', value: 3 }
        await store.write({ exposures, conversions: [order, items] })
        expect([await sums(store), await sums(store, 'items')]).toEqual([
          ['a: 1, 100', 'b: 0, 0'],
          ['a: 1, 3', 'b: 0, 0'],
        ])
      })

      test('count for each decision, and for their unit once', async () => {
        const { store } = await open()
        const made = ['d1', 'd2'].map((decisionId) => ({ ...order, decisionId }))
        const decisions = ['d1', 'd2'].map((decisionId) =>
          assignedRow('u1', 'exp', 'a', { decisionId }),
        )
        await store.write({ decisions, exposures, conversions: made })
        expect(await sums(store)).toEqual(['a: 1, 100', 'b: 0, 0'])
        expect(await sums(store, 'purchase', 'decision')).toEqual(['a: 2, 200'])
      })

      test('are counted as events: once for each unit, and once if they are for decisions alone', async () => {
        const { store } = await open()
        const row = (eventId: string, of: Partial<ConversionRow>): ConversionRow => ({
          ...{ ...order, decisionId: null, unit: null },
          ...{ eventId, ...of },
        })
        await store.write({
          conversions: [
            row('both', { decisionId: 'd1', unit: 'u1' }),
            row('both', { decisionId: 'd1', unit: 'u1', value: -5 }),
            row('two decisions', { decisionId: 'd1' }),
            row('two decisions', { decisionId: 'd2' }),
            row('two units', { unit: 'u1' }),
            row('two units', { unit: 'u2' }),
            row('nobody', { name: 'visit' }),
          ],
        })
        expect(await store.conversionCounts()).toEqual([
          { name: 'purchase', conversions: 5 },
          { name: 'visit', conversions: 1 },
        ])
        expect(await store.conversionCounts({ from: order.at + 1 })).toEqual([])
      })

      test('are one event, as rows and as calls of convert', async () => {
        const { store } = await open()
        const rows = [order, refund].flatMap(({ eventId, name, value, at }) =>
          conversionRows({ eventId, name, value: value ?? 0, at, unit: 'u1' }, 5000),
        )
        await store.write({ exposures, conversions: [order, refund] })
        await store.write({ conversions: rows })
        expect(await sums(store)).toEqual(['a: 2, 0', 'b: 0, 0'])
      })

      test.each(['plain', 'nul \0', 'half \ud83d', '\\u0000', '["a"]'])(
        'count once and beside their refund, with the id %j',
        async (eventId) => {
          const { store } = await open()
          const both = [order, refund].map((row) => ({ ...row, eventId }))
          await store.write({ exposures, conversions: both })
          await store.write({ conversions: both })
          expect(await sums(store)).toEqual(['a: 2, 0', 'b: 0, 0'])
        },
      )
    })

    test('ids come back as they were hashed, whatever is in them', async () => {
      const { store } = await open()
      const units = [
        'a\0b',
        '\ud83d',
        'x\udc00\\',
        '\\u0000',
        '\\ud83d',
        'C:\\user',
        '\ufffd',
        '😀',
      ]
      await store.write({ exposures: units.map((unit) => exposureRow(unit, 'a')) })
      const rows = await store.ledger({ of: 'exposures', most: 100 })
      expect(rows.map(({ unit }) => unit).toSorted()).toEqual(units.toSorted())
      await store.admit(
        units.map((subject) => ({
          subject,
          decide: () => [admission(subject, 'exp', { domains: ['d'] })],
        })),
      )
      expect(await store.histories(units)).toMatchObject(
        units.map(() => ({
          assigned: [{ experimentId: 'exp' }],
          domains: [{ domain: 'd', experimentId: 'exp' }],
        })),
      )
      const decisions = await store.ledger({ of: 'decisions', most: 100 })
      expect(decisions.map(({ unit }) => unit).toSorted()).toEqual(units.toSorted())
    })

    test('a row says by which entry, content, bucket and hash it came about, also when it comes in parts', async () => {
      const { store } = await open()
      const origin = { revision: 'r1', config: 'c1', process: 'p1', bucket: 6044, hash: 'sha256' }
      await store.write({
        decisions: [assignedRow('u1', 'exp', 'a', { ...origin, decisionId: 'd1', degraded: true })],
        exposures: [exposureRow('u1', 'a', origin), exposureRow('u2', 'b', origin)],
      })
      const [first] = await store.ledger({ of: 'exposures', most: 1 })
      const rest = await store.ledger({ of: 'exposures', most: 5, ...(first && { after: first }) })
      const told = { revision: 'r1', config: 'c1', bucket: 6044, hash: 'sha256', at: 1000 }
      expect([first, ...rest]).toMatchObject([
        { ...told, unit: 'u1', variant: 'a', decisionId: null, reason: ASSIGNED },
        { ...told, unit: 'u2', variant: 'b' },
      ])
      expect(await store.ledger({ of: 'decisions', most: 5, since: 1000 })).toMatchObject([
        { ...told, unit: 'u1', variant: 'a', decisionId: 'd1', experiment: 'exp' },
      ])
      expect(await store.ledger({ of: 'decisions', most: 5, since: 1001 })).toEqual([])
    })

    test('the text of an entry is kept once, with the time at which it was first seen', async () => {
      const { store } = await open()
      const config = { revision: 'r1', feature: 'button', text: '{"a":1}' }
      await store.write({ configs: [{ ...config, at: 2000 }] })
      await store.write({
        configs: [
          { ...config, at: 1000 },
          { ...config, at: 3000 },
          { revision: 'r2', feature: 'button', text: 'on', at: 5 },
        ],
      })
      expect(await store.configs(['r1', 'r3'])).toEqual([{ ...config, at: 1000 }])
    })

    test('says when each entry decided, by exposures and decisions, up to a time', async () => {
      const { store } = await open()
      const entry = (revision: string, at: number) => ({ revision, config: 'c', at })
      await store.write({
        exposures: [
          exposureRow('u1', 'a', entry('r1', 1000)),
          exposureRow('u2', 'a', { ...entry('r2', 2000), experiment: 'other', feature: 'other' }),
        ],
        decisions: [
          decisionRow(entry('r1', 5000)),
          decisionRow(entry('r3', 9000)),
          decisionRow({ at: 1 }),
        ],
      })
      const uses = async (until: number, feature?: string) => {
        const asked = { until, ...(feature !== undefined && { feature }) }
        const found = await store.snapshot(async (reports) => reports.entryUses?.(asked))
        return found?.toSorted((a, b) => (a.revision < b.revision ? -1 : 1))
      }
      const button = { feature: 'button', revision: 'r1', firstAt: 1000, lastAt: 5000 }
      const other = { feature: 'other', revision: 'r2', firstAt: 2000, lastAt: 2000 }
      expect(await uses(5000)).toEqual([button, other])
      expect(await uses(4999, 'button')).toEqual([{ ...button, lastAt: 1000 }])
      expect(await uses(10_000, 'button')).toHaveLength(2)
    })

    test.each([
      ['in batches of their own', 1],
      ['in one batch', 4],
    ])(
      'of an exposure that comes again, the first stays, with the last entry and the id, %s',
      async (_, size) => {
        const { store } = await open()
        const rows = [
          exposureRow('u1', 'a', { at: 5 * HOUR, revision: 'r2' }),
          exposureRow('u1', 'a', { at: 4 * HOUR, revision: 'r1' }),
          exposureRow('u1', 'a', { at: 5 * HOUR + 1, revision: 'r3' }),
          exposureRow('u1', 'a', { at: 5 * HOUR, revision: 'r2', loid: 'l1' }),
        ]
        for (let i = 0; i < rows.length; i += size)
          await store.write({ exposures: rows.slice(i, i + size) })
        const asked = { experiment: 'exp', by: 'unit', until: 9 * HOUR } as const
        expect(await members(store, asked)).toMatchObject([
          {
            ...{ unit: 'u1', kind: 'user', variant: 'a', revision: 'r1', lastRevision: 'r3' },
            ...{ loid: 'l1', at: 4 * HOUR, lastAt: 5 * HOUR + 1, attributes: null },
          },
        ])
        expect(await members(store, { ...asked, until: 4 * HOUR })).toEqual([])
      },
    )

    test.each([
      ['in batches of their own', 1],
      ['in one batch', 20],
    ])(
      'each loid of a user is kept, and each user of a loid, since when, once, %s',
      async (_, size) => {
        const { store, again } = await open()
        const of = (user: string | null, loid: string | null, at: number, also = {}) =>
          exposureRow(user ?? loid ?? '', 'a', { user, loid, at, ...also })
        const rows = [
          of('u1', null, 1000),
          of('u1', 'phone', 4000),
          of('u1', 'laptop', 3000),
          of('u1', 'phone', 2000, { variant: 'b' }),
          of('u2', 'laptop', 2500),
          of('u2', 'laptop', 2600),
          of('u2', 'laptop', 9000, { experiment: 'other' }),
          // Nobody signed in by these.
          of(null, 'tablet', 1000),
          of('u3', 'tablet', 1000, { unit: 'tablet' }),
          of('u4', 'tablet', 1000, { unit: 't3_a', kind: 'page' }),
        ]
        for (let round = 0; round < 2; round++)
          for (let i = 0; i < rows.length; i += size)
            await store.write({ exposures: rows.slice(i, i + size) })
        const expected = [
          { loid: 'laptop', unit: 'u1', at: 3000 },
          { loid: 'laptop', unit: 'u2', at: 2500 },
          { loid: 'phone', unit: 'u1', at: 2000 },
        ]
        expect(await signIns(store)).toEqual(expected)
        expect(await store.snapshot((reports) => signIns(reports))).toEqual(expected)
        expect(await signIns(again(), 'other')).toEqual([{ loid: 'laptop', unit: 'u2', at: 9000 }])
        expect(await store.exposedUnits('exp')).toMatchObject([
          { variant: 'a', units: 4, crossed: 1 },
          { variant: 'b', units: 1 },
        ])
        expect((await store.orphans()).signIns).toBe(0)
      },
    )

    test('passes on who was in an experiment, and what was done, as memory does', async () => {
      const { store } = await open()
      const inMemory = memoryStore()
      for (const batch of manyRows()) {
        await store.write(batch)
        await inMemory.write(batch)
      }
      for (const by of ['unit', 'decision'] as const) {
        const asked = { experiment: 'exp', by, until: 40 * HOUR }
        const rows = await members(store, asked)
        expect(rows.length).toBeGreaterThan(9)
        expect(rows).toEqual(await members(inMemory, asked))
      }
      expect((await signIns(store)).length).toBeGreaterThan(9)
      expect(await signIns(store)).toEqual(await signIns(inMemory))
      const asked = { experiment: 'exp', from: 9 * HOUR }
      const happened = await events(store, asked)
      expect(happened.length).toBeGreaterThan(60)
      expect(happened).toEqual(await events(inMemory, asked))
      expect(happened).toContainEqual(expect.objectContaining({ isOrphan: true, subject: null }))
      expect(await store.orphans()).toEqual(await inMemory.orphans())
    })

    test('passes on more rows than it reads at once, in one snapshot', async () => {
      const { store } = await open()
      const units = Array.from({ length: 4500 }, (_, i) => `u${i}`)
      await store.write({
        exposures: units.map((unit) => exposureRow(unit, 'a', { user: unit, loid: `l${unit}` })),
        conversions: units.map((unit) => conversionRow(unit, 1)),
      })
      const counts = await store.snapshot(async (reports) => [
        (await members(reports, { experiment: 'exp', by: 'unit', until: 2000 })).length,
        (await signIns(reports)).length,
        (await events(reports, { experiment: 'exp', from: 0 })).length,
        (await members(reports, { experiment: 'none', by: 'unit', until: 2000 })).length,
      ])
      expect(counts).toEqual([4500, 4500, 4500, 0])
    })

    test('keeps the attributes of a row, whatever is in their texts', async () => {
      const { store } = await open()
      const attributes = { country: 'NZ', plan: 'a "b"\\c\0\ud83d', 'a.b': 'ü' }
      await store.write({
        exposures: [
          exposureRow('u1', 'a', { attributes }),
          exposureRow('u2', 'a', { attributes: {} }),
        ],
        decisions: [assignedRow('u1', 'exp', 'a', { attributes })],
      })
      const asked = { experiment: 'exp', until: 9000 } as const
      const kept: (string | null)[] = []
      await store.eachMember({ ...asked, by: 'unit' }, (row) => kept.push(row.attributes))
      await store.eachMember({ ...asked, by: 'decision' }, (row) => kept.push(row.attributes))
      expect(kept.filter((text) => text === null)).toHaveLength(1)
      const texts = kept.filter((text) => text !== null)
      expect(texts.map((text): unknown => JSON.parse(text))).toMatchObject([
        { country: 'NZ', 'a.b': 'ü' },
        { country: 'NZ', 'a.b': 'ü' },
      ])
    })

    test('counts looks, and the days of UTC on which there were some', async () => {
      const { store, again } = await open()
      const day = 24 * HOUR
      expect(await store.looks?.('exp')).toEqual({ looks: 0, days: 0, lastDay: null })
      for (const hour of [1, 2, 3]) await store.countLook?.('exp', hour * HOUR)
      await store.countLook?.('exp', 2 * day)
      await store.countLook?.('other', 5 * day)
      const looks = { looks: 4, days: 2, lastDay: 2 * day }
      expect(await again().looks?.('exp')).toEqual(looks)
      expect(await store.snapshot(async (reports) => reports.looks?.('exp'))).toEqual(looks)
    })

    test('knows what belongs to nothing', async () => {
      const { store } = await open()
      await store.write({
        decisions: [assignedRow('u1', 'exp', 'a', { decisionId: 'd1' })],
        conversions: [
          conversionRow(null, 1, { decisionId: 'd1' }),
          conversionRow(null, 1, { decisionId: 'lost', at: 5000 }),
          conversionRow('nobody', 1),
        ],
      })
      const none = { conversions: 0, assignments: 0, domains: 0, signIns: 0 }
      expect(await store.orphans()).toEqual({ ...none, conversions: 1 })
      expect(await store.orphans({ from: 5001 })).toEqual(none)
    })

    test.each([
      ['in batches of their own', 1],
      ['in one batch', 3],
    ])(
      'counts conversions from the earliest exposure on, in whatever order exposures come, %s',
      async (_, size) => {
        const { store } = await open()
        const times = [11 * HOUR, 10 * HOUR, 12 * HOUR]
        const rows = times.map((at) => exposureRow('u1', 'a', { at, feature: `at ${at}` }))
        for (let i = 0; i < rows.length; i += size)
          await store.write({ exposures: rows.slice(i, i + size) })
        await store.write({ conversions: [conversionRow('u1', 5, { at: 10 * HOUR + 60_000 })] })
        expect(await store.exposuresOverTime('exp', HOUR)).toEqual([
          { start: 10 * HOUR, variant: 'a', units: 1 },
        ])
        expect(
          await store.conversions({ experiment: 'exp', name: 'purchase', by: 'unit' }),
        ).toMatchObject([{ variant: 'a', converted: 1, sum: 5 }])
      },
    )

    test('writes a batch whole or not at all, and rejects with the kind of the failure', async () => {
      const { store } = await open()
      const bad = exposureRow('u2', 'a', { at: NaN })
      await expect(
        store.write({
          decisions: [assignedRow('u1', 'exp', 'a')],
          exposures: [exposureRow('u1', 'a'), bad],
        }),
      ).rejects.toMatchObject({ code: 'LIVEFLAG_BAD_ROW' })
      expect(await store.exposedUnits('exp')).toEqual([])
      expect(await historyOf(store, 'u1')).toEqual({ assigned: [], domains: [] })
    })

    test.each([
      ['a time that is not finite', { exposures: [exposureRow('u', 'a', { at: Infinity })] }],
      ['a time before 1970', { exposures: [exposureRow('u', 'a', { at: -5 })] }],
      ['a time after every date', { conversions: [conversionRow('u', 1, { at: 1e17 })] }],
      ['a value too large to add up', { conversions: [conversionRow('u', 1e300)] }],
      [
        'a bucket that is not whole in a double',
        { exposures: [exposureRow('u', 'a', { bucket: 1e300 })] },
      ],
      ['a unit that is no text', { exposures: [exposureRow(undefined as unknown as string, 'a')] }],
      ['data in a circle', { exposures: [exposureRow('u', 'a', { data: circle() })] }],
      [
        'a value that JSON cannot represent',
        { usages: [usageRow({ value: undefined as unknown as null })] },
      ],
      ['a value that is not finite', { conversions: [conversionRow('u', NaN)] }],
      [
        'a decision without an id',
        { decisions: [decisionRow({ decisionId: null as unknown as string })] },
      ],
    ])('refuses %s', async (_, batch) => {
      const { store } = await open()
      await expect(store.write(batch)).rejects.toMatchObject({ code: 'LIVEFLAG_BAD_ROW' })
    })

    test.each([
      '',
      'ü ☃ 😀',
      '"; DROP TABLE liveflag_decisions; --',
      "o'clock",
      '{a,"b"}',
      '\\x00',
      '\0',
      'half \ud83d',
      '__proto__',
      'x'.repeat(10_000),
    ])('takes the text %j everywhere', async (text) => {
      const { store } = await open()
      await store.write({
        decisions: [assignedRow(text, text, text, { flag: text, value: text })],
        exposures: [exposureRow(text, text, { experiment: text, data: { [text]: [text] } })],
        usages: [usageRow({ feature: text, user: text, value: { [text]: text }, reason: text })],
        conversions: [conversionRow(text, 1, { name: text, decisionId: text })],
      })
      expect((await historyOf(store, text)).assigned).toHaveLength(1)
      expect((await historyOf(store, `${text}2`)).assigned).toEqual([])
    })

    test.each([null, true, 0, -1.5, 1e300, 2 ** 53, '', [], {}, [[{ deep: [null] }]]])(
      'takes the value %j',
      async (value) => {
        const { store } = await open()
        await store.write({
          usages: [usageRow({ value })],
          decisions: [decisionRow({ value })],
          exposures: [
            exposureRow('u', 'a', { data: value, bucket: null, generation: null, hash: null }),
          ],
        })
        expect(await store.exposedUnits('exp')).toHaveLength(1)
      },
    )

    test('knows which decisions are stored', async () => {
      const { store } = await open()
      await store.write({ decisions: [decisionRow({ decisionId: 'd1' })] })
      expect([await store.hasDecision?.('d1'), await store.hasDecision?.('d2')]).toEqual([
        true,
        false,
      ])
    })

    test('takes an empty batch, and thousands of rows', async () => {
      const { store } = await open()
      await store.write({})
      await store.write({ decisions: [], exposures: [] })
      await store.write({
        exposures: Array.from({ length: 5000 }, (_, i) => exposureRow(`u${i}`, i % 2 ? 'a' : 'b')),
      })
      expect(await store.exposedUnits('exp')).toEqual([
        { variant: 'a', units: 2500, crossed: 0 },
        { variant: 'b', units: 2500, crossed: 0 },
      ])
    })

    test('stores the first and the last time of an assignment, in whatever order they come', async () => {
      const { store } = await open()
      await store.write({
        decisions: [
          assignedRow('u1', 'e1', 'b', { at: 300 }),
          assignedRow('u1', 'e2', 'x', { at: 9 }),
        ],
      })
      await store.write({
        decisions: [
          assignedRow('u1', 'e1', 'a', { at: 100 }),
          assignedRow('u1', 'e1', 'c', { at: 500 }),
          assignedRow('u1', 'e1', 'a', { at: 200 }),
        ],
      })
      await store.write({
        decisions: [
          assignedRow('u1', 'e1', 'z', { at: 400 }),
          decisionRow({ experimentId: 'e3', reason: 'domain_conflict' }),
        ],
      })
      expect((await historyOf(store, 'u1')).assigned).toEqual([
        { experimentId: 'e1', variantId: 'c', firstAt: 100, lastAt: 500 },
        { experimentId: 'e2', variantId: 'x', firstAt: 9, lastAt: 9 },
      ])
    })

    describe('admits', () => {
      test('with the decision, the assignment and the domains in one go', async () => {
        const { store, again } = await open()
        const seen: History[] = []
        const ask: Ask = {
          subject: 'u1',
          decide: (history) => (
            seen.push(history),
            [admission('u1', 'e1', { domains: ['search', 'cart'] })]
          ),
        }
        await store.admit([ask])
        expect(seen).toEqual([{ assigned: [], domains: [] }])
        expect(await historyOf(again(), 'u1')).toEqual({
          assigned: [{ experimentId: 'e1', variantId: 'a', firstAt: 1000, lastAt: 1000 }],
          domains: [
            { domain: 'cart', experimentId: 'e1' },
            { domain: 'search', experimentId: 'e1' },
          ],
        })
        expect(await store.decisionsByReason('e1')).toEqual([{ reason: ASSIGNED, decisions: 1 }])
      })

      test('nobody without an admission', async () => {
        const { store } = await open()
        await store.admit([])
        await store.admit([{ subject: 'u1', decide: () => [] }])
        expect(await historyOf(store, 'u1')).toEqual({ assigned: [], domains: [] })
      })

      test('a later ask, which sees what an earlier one of the same call reserved', async () => {
        const { store } = await open()
        await store.admit(
          ['e1', 'e2', 'e3', 'e4'].flatMap((experiment) => [
            limited('u1', experiment, 2),
            limited('u2', experiment, 1, 'search'),
          ]),
        )
        const histories = await store.histories(['u1', 'u2'])
        expect(
          histories.map(({ assigned }) => assigned.map(({ experimentId }) => experimentId)),
        ).toEqual([['e1', 'e2'], ['e1']])
      })

      test('several of one subject in one decision', async () => {
        const { store } = await open()
        await store.admit([
          {
            subject: 'u1',
            decide: () => [
              admission('u1', 'e1', { domains: ['d1'] }),
              admission('u1', 'e2', { domains: ['d2'], at: 2000 }),
            ],
          },
        ])
        expect((await historyOf(store, 'u1')).domains).toEqual([
          { domain: 'd1', experimentId: 'e1' },
          { domain: 'd2', experimentId: 'e2' },
        ])
      })

      test('into a domain that its holder gave up, and into one that is its own already', async () => {
        const { store } = await open()
        await store.admit([
          { subject: 'u1', decide: () => [admission('u1', 'old', { domains: ['search'] })] },
        ])
        const releases = [
          { domain: 'search', experimentId: 'old' },
          { domain: 'search', experimentId: 'never' },
        ]
        await store.admit([
          {
            subject: 'u1',
            decide: () => [admission('u1', 'new', { domains: ['search'], releases })],
          },
        ])
        await store.admit([
          {
            subject: 'u1',
            decide: () => [admission('u1', 'new', { domains: ['search', 'search', 'cart'] })],
          },
        ])
        expect((await historyOf(store, 'u1')).domains).toEqual([
          { domain: 'cart', experimentId: 'new' },
          { domain: 'search', experimentId: 'new' },
        ])
      })

      test('nobody into a domain that another experiment holds: nothing of the call is written', async () => {
        const { store } = await open()
        await store.admit([limited('u1', 'e1', 9, 'search')])
        const asks: Ask[] = [
          limited('u2', 'e1', 9),
          { subject: 'u1', decide: () => [admission('u1', 'e2', { domains: ['search'] })] },
        ]
        await expect(store.admit(asks)).rejects.toMatchObject({
          code: 'LIVEFLAG_BAD_ROW',
          message: expect.stringContaining('u1 is held by e1'),
        })
        expect((await historyOf(store, 'u2')).assigned).toEqual([])
      })

      test('nothing when decide throws, and works afterwards', async () => {
        const { store } = await open()
        const broken: Ask = {
          subject: 'u1',
          decide: () => {
            throw new Error('no targeting')
          },
        }
        await expect(store.admit([limited('u2', 'e1', 9), broken])).rejects.toThrow('no targeting')
        await store.admit([limited('u1', 'e1', 9)])
        expect(
          (await store.histories(['u1', 'u2'])).map(({ assigned }) => assigned.length),
        ).toEqual([1, 0])
      })

      test('never more than allowed, of 64 at once with limit 3 and one domain', async () => {
        const { store, again } = await open()
        const other = again()
        await Promise.all([store.open(), other.open()])
        const subject = randomUUID()
        const admit = (i: number) =>
          (i % 2 ? store : other).admit([
            limited(subject, `e${i % 8}`, 3, i % 8 < 4 ? 'search' : undefined),
          ])
        await Promise.all(Array.from({ length: 64 }, (_, i) => admit(i)))
        const { assigned, domains } = await historyOf(store, subject)
        expect(assigned).toHaveLength(3)
        expect(domains.length).toBeLessThanOrEqual(1)
        const inDomain = assigned.filter(({ experimentId }) =>
          ['e0', 'e1', 'e2', 'e3'].includes(experimentId),
        )
        expect(inDomain.map(({ experimentId }) => experimentId)).toEqual(
          domains.map(({ experimentId }) => experimentId),
        )
      })

      test('many subjects at once, in whatever order they are asked for', async () => {
        const { store, again } = await open()
        const other = again()
        const one = (i: number): Store => (i % 2 ? store : other)
        const subjects = Array.from({ length: 8 }, (_, i) => `u${i}`)
        const asks = (turned: number): Ask[] =>
          [...subjects.slice(turned), ...subjects.slice(0, turned)].map((subject) =>
            limited(subject, 'e1', 1),
          )
        const writes = subjects.map((_, i) =>
          one(i).write({
            decisions: subjects.toReversed().map((subject) => assignedRow(subject, 'e1', 'a')),
          }),
        )
        await Promise.all([...subjects.map((_, i) => one(i).admit(asks(i))), ...writes])
        expect((await store.histories(subjects)).map(({ assigned }) => assigned.length)).toEqual(
          subjects.map(() => 1),
        )
      })
    })

    describe('reports', () => {
      const filled = async (): Promise<Store> => {
        const { store } = await open()
        const [a, b] = [
          assignedRow('u1', 'exp', 'a', { at: HOUR }),
          assignedRow('u2', 'exp', 'b', { at: 2 * HOUR }),
        ]
        await store.write({
          decisions: [
            a,
            b,
            assignedRow('u1', 'exp', 'a', { at: 3 * HOUR }),
            decisionRow({ experimentId: 'exp', reason: 'targeting_mismatch', at: HOUR }),
          ],
          exposures: [
            exposureRow('u1', 'a', { at: HOUR }),
            exposureRow('u2', 'b', { at: HOUR + 1 }),
            exposureRow('u3', 'a', { at: 3 * HOUR - 1 }),
            exposureRow('u1', 'b', { at: 5 * HOUR }),
            exposureRow('u9', 'a', { experiment: 'other', at: HOUR }),
          ],
          conversions: [
            conversionRow('u1', 10, { at: 2 * HOUR, decisionId: a.decisionId }),
            conversionRow('u1', 5, { at: 6 * HOUR }),
            conversionRow('u1', 1000, { at: 0 }),
            conversionRow('u2', null, { at: 6 * HOUR, decisionId: b.decisionId }),
            conversionRow('u9', 7, { at: 6 * HOUR }),
            conversionRow('u1', 3, { name: 'click', at: 6 * HOUR }),
            conversionRow(null, 2.5, { at: 7 * HOUR, decisionId: a.decisionId }),
          ],
        })
        return store
      }

      test('exposures over time, by the first of each unit and variant', async () => {
        const store = await filled()
        expect(await store.exposuresOverTime('exp', HOUR)).toEqual([
          { start: HOUR, variant: 'a', units: 1 },
          { start: HOUR, variant: 'b', units: 1 },
          { start: 2 * HOUR, variant: 'a', units: 1 },
          { start: 5 * HOUR, variant: 'b', units: 1 },
        ])
        expect(
          await store.exposuresOverTime('exp', 24 * HOUR, { from: HOUR + 1, to: 5 * HOUR }),
        ).toEqual([
          { start: 0, variant: 'a', units: 1 },
          { start: 0, variant: 'b', units: 1 },
        ])
      })

      test('units that were recorded last, each once, the newest first', async () => {
        const { store } = await open()
        await store.write({
          exposures: [
            exposureRow('u1', 'a', { at: 1000 }),
            exposureRow('u1', 'b', { at: 3000, experiment: 'other' }),
            exposureRow('l1', 'a', { at: 2000, data: { signed_out: true } }),
            exposureRow('acme', 'a', { at: 500, kind: 'company' }),
          ],
          decisions: [
            { ...assignedRow('u1', 'exp', 'a'), at: 4000 },
            decisionRow({ experimentId: 'exp', reason: 'targeting_mismatch', at: 5000 }),
          ],
        })
        const units = [
          { unit: 'u1', kind: 'subject', at: 4000 },
          { unit: 'u1', kind: 'user', at: 3000 },
          { unit: 'l1', kind: 'loid', at: 2000 },
          { unit: 'acme', kind: 'company', at: 500 },
        ]
        expect(await store.recentUnits?.(10)).toEqual(units)
        expect(await store.recentUnits?.(2)).toEqual(units.slice(0, 2))
      })

      test('of more experiments than are read, the units of those recorded last count, whatever their names', async () => {
        const { store } = await open()
        const name = (i: number): string => `exp-${String(i).padStart(3, '0')}`
        await store.write({
          exposures: Array.from({ length: 120 }, (_, i) =>
            exposureRow(`u${i}`, 'a', { at: 200_000 - i, experiment: name(i) }),
          ),
        })
        expect(await store.recentUnits?.(2)).toMatchObject([{ unit: 'u0' }, { unit: 'u1' }])
      })

      test('features by their usage: how often, since when, and the value if there was one alone', async () => {
        const { store } = await open()
        const row = (feature: string, value: UsageRow['value'], at: number): UsageRow =>
          usageRow({ id: randomUUID(), feature, value, at })
        await store.write({
          usages: [
            row('b', true, 100),
            row('b', false, 300),
            row('a', { size: [1, null] }, 100),
            row('a', { size: [1, null] }, 200),
            row('c', null, 250),
          ],
        })
        const a = { feature: 'a', asked: 2, values: 1, value: { size: [1, null] } }
        expect(await store.askedFeatures?.()).toEqual([
          { ...a, firstAt: 100, lastAt: 200 },
          { feature: 'b', asked: 2, values: 2, value: null, firstAt: 100, lastAt: 300 },
          { feature: 'c', asked: 1, values: 1, value: null, firstAt: 250, lastAt: 250 },
        ])
        expect(await store.askedFeatures?.({ from: 200, to: 250 })).toEqual([
          { ...a, asked: 1, firstAt: 200, lastAt: 200 },
        ])
      })

      test('units by variant, and how many of them saw another', async () => {
        const store = await filled()
        expect(await store.exposedUnits('exp')).toEqual([
          { variant: 'a', units: 2, crossed: 1 },
          { variant: 'b', units: 2, crossed: 1 },
        ])
        expect(await store.exposedUnits('exp', { to: 5 * HOUR })).toEqual([
          { variant: 'a', units: 2, crossed: 0 },
          { variant: 'b', units: 1, crossed: 0 },
        ])
        expect(await store.exposedUnits('unknown')).toEqual([])
      })

      test('lost rows, of the experiment or of nobody knows which, by kind, name and reason', async () => {
        const { store, again } = await open()
        const unknown = { experiment: null, name: null, rows: 2 }
        const drops = [
          dropRow({ rows: 40_000, firstAt: 5, lastAt: 900 }),
          dropRow({ rows: 3, firstAt: 700, lastAt: 2000, processStartedAt: 501 }),
          dropRow({ reason: 'refused', rows: 1 }),
          dropRow(unknown),
          dropRow({ kind: 'conversions', experiment: null, name: 'buy', rows: 7 }),
          dropRow({ experiment: 'other' }),
          dropRow({ kind: 'decisions', experiment: null }),
          dropRow({ kind: 'usages', experiment: null }),
          dropRow({ kind: 'usages', ...unknown }),
        ]
        await store.write({ drops })
        await store.write({ drops, exposures: [exposureRow('u1', 'a')] })
        const of = { experiment: 'exp', name: 'button', reason: 'full', processes: 1 }
        const exposures = { ...of, kind: 'exposures', firstAt: 1000, lastAt: 2000 }
        const counted = [
          { ...exposures, kind: 'conversions', experiment: null, name: 'buy', rows: 7 },
          { ...exposures, ...unknown },
          { ...exposures, rows: 40_003, firstAt: 5, processes: 2 },
          { ...exposures, reason: 'refused', rows: 1 },
        ]
        expect(await again().drops?.('exp')).toEqual(counted)
        expect(await store.drops?.('exp', { to: 700 })).toEqual([
          { ...exposures, rows: 40_000, firstAt: 5, lastAt: 900 },
        ])
        expect(await store.drops?.('exp', { from: 2001 })).toEqual([])
        expect(await store.snapshot(async (reports) => reports.drops?.('exp'))).toEqual(counted)
      })

      test('a snapshot sees none of the rows that arrive while it is read', async () => {
        const store = await filled()
        const arrived: Promise<void>[] = []
        const [before, after] = await store.snapshot(async (reports) => {
          const first = await reports.exposedUnits('exp')
          arrived.push(store.write({ exposures: [exposureRow('late', 'a')] }))
          await setImmediate()
          return [first, await reports.exposedUnits('exp')]
        })
        await Promise.all(arrived)
        expect(after).toEqual(before)
        expect(await store.exposedUnits('exp')).not.toEqual(before)
      })

      test('totals that are large and differ little keep their spread', async () => {
        const store = await filled()
        const values = [0, 100, 200].map((more) => 1.7e12 + more)
        await store.write({
          exposures: values.map((_, i) =>
            exposureRow(`rich${i}`, 'a', { experiment: 'rich', at: 0 }),
          ),
          conversions: values.map((value, i) => conversionRow(`rich${i}`, value, { at: 1 })),
        })
        expect(
          await store.conversions({ experiment: 'rich', name: 'purchase', by: 'unit' }),
        ).toMatchObject([{ units: 3, squaredDeviations: expect.closeTo(20_000, 0) }])
      })

      test('conversions since the exposure, by unit', async () => {
        const store = await filled()
        expect(
          await store.conversions({ experiment: 'exp', name: 'purchase', by: 'unit' }),
        ).toEqual([
          {
            variant: 'a',
            units: 2,
            converted: 1,
            conversions: 2,
            sum: 15,
            squaredDeviations: 112.5,
          },
          { variant: 'b', units: 2, converted: 2, conversions: 2, sum: 5, squaredDeviations: 12.5 },
        ])
        expect(
          await store.conversions({
            experiment: 'exp',
            name: 'purchase',
            by: 'unit',
            span: { to: 6 * HOUR },
          }),
        ).toEqual([
          { variant: 'a', units: 2, converted: 1, conversions: 1, sum: 10, squaredDeviations: 50 },
          { variant: 'b', units: 2, converted: 0, conversions: 0, sum: 0, squaredDeviations: 0 },
        ])
      })

      test('conversions that name a decision, by subject', async () => {
        const store = await filled()
        expect(
          await store.conversions({ experiment: 'exp', name: 'purchase', by: 'decision' }),
        ).toEqual([
          { variant: 'a', units: 1, converted: 1, conversions: 2, sum: 12.5, squaredDeviations: 0 },
          { variant: 'b', units: 1, converted: 1, conversions: 1, sum: 0, squaredDeviations: 0 },
        ])
        expect(
          await store.conversions({
            experiment: 'exp',
            name: 'purchase',
            by: 'decision',
            span: { from: 2 * HOUR },
          }),
        ).toMatchObject([
          { variant: 'a', conversions: 0 },
          { variant: 'b', conversions: 1 },
        ])
      })

      test('names of conversions, and reasons of decisions', async () => {
        const store = await filled()
        expect(await store.conversionNames('exp')).toEqual(['click', 'purchase'])
        expect(await store.conversionNames('unknown')).toEqual([])
        expect(await store.decisionsByReason('exp', { from: HOUR, to: 3 * HOUR })).toEqual([
          { reason: ASSIGNED, decisions: 2 },
          { reason: 'targeting_mismatch', decisions: 1 },
        ])
      })
    })

    test('closes after calls in progress, and refuses calls after that', async () => {
      const { store, again } = await open()
      const writing = store.write({ exposures: [exposureRow('u1', 'a')] })
      const admitting = store.admit([limited('u1', 'e1', 1)])
      await Promise.all([store.close(), store.close()])
      await Promise.all([writing, admitting])
      await expect(store.write({})).rejects.toMatchObject({ code: 'LIVEFLAG_CLOSED' })
      await expect(store.admit([limited('u1', 'e1', 1)])).rejects.toMatchObject({
        code: 'LIVEFLAG_CLOSED',
      })
      const other = again()
      if (other !== store) expect(await other.exposedUnits('exp')).toHaveLength(1)
    })
  })
}

function circle(): never {
  const around: Record<string, unknown> = {}
  around['self'] = around
  return around as never
}
