import { deepEqual, equal, ok } from 'node:assert/strict'
import type { StickyDocument, StickyService } from '../core/sticky'
import { evalStickyFeature } from '../growthbook/evaluate'
import { loadSticky, type StickyOptions, stickySaved } from '../sticky/load'
import type { ContractCase } from './contract'

/** A store under test; each case opens an empty one. */
export interface OpenedStickyStore {
  readonly service: StickyService
  /** The same store as a later request, or another process, sees it. */
  readonly again: () => StickyService
}

type Check = (store: OpenedStickyStore) => Promise<void>

/** The contract of every store of sticky documents. */
export function stickyContract(
  open: () => OpenedStickyStore | Promise<OpenedStickyStore>,
): readonly ContractCase[] {
  return CHECKS.map(([title, check]) => ({ title, run: async () => check(await open()) }))
}

const documentOf = (
  attributeName: string,
  attributeValue: string,
  assignments: Record<string, string>,
): StickyDocument => ({
  attributeName,
  attributeValue,
  assignments,
})

const experiment = (weights: readonly number[]) => ({
  checkout: {
    defaultValue: 'old',
    rules: [
      { key: 'exp', variations: ['red', 'blue'], meta: [{ key: 'r' }, { key: 'b' }], weights },
    ],
  },
})

/** What a store keeps is asked here, not how soon it answers. */
const PATIENT: StickyOptions = { timeoutMs: 10_000 }

async function assignmentsIn(
  service: StickyService,
  name: string,
  value: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  return (await service.getAssignments(name, value))?.assignments
}

/** Values that a store may confuse with something else. */
const VALUES = ['', 'ü ☃ 😀', 'a||b', '"; DROP TABLE x; --', '=;, %', '__proto__', 'constructor']

const CHECKS: readonly (readonly [string, Check])[] = [
  [
    'has nothing at first',
    async ({ service }) => equal((await service.getAssignments('id', 'u1')) ?? null, null),
  ],
  [
    'gives back what was saved, to a later request too',
    async ({ service, again }) => {
      const saved = documentOf('id', 'u1', { exp__0: 'b' })
      await service.saveAssignments(saved)
      deepEqual(await service.getAssignments('id', 'u1'), saved)
      deepEqual(await again().getAssignments('id', 'u1'), saved)
    },
  ],
  ['keeps the first of two assignments that were made at once', keepsTheFirst],
  ['takes an assignment in the place of the one that it was based on', replaces],
  ['reads all documents of a visitor in one call, if it can', readsAll],
  ['says nothing of a value that is longer than any id', saysNothingOfLong],
  [
    'adds to what is there, and lets the newer one win',
    async ({ service, again }) => {
      await service.saveAssignments(documentOf('id', 'u1', { a__0: '0', b__0: '0' }))
      await again().saveAssignments(documentOf('id', 'u1', { b__0: '1', c__1: '2' }))
      deepEqual(await assignmentsIn(again(), 'id', 'u1'), { a__0: '0', b__0: '1', c__1: '2' })
    },
  ],
  ...VALUES.map(
    (value) => [`tells the value ${JSON.stringify(value)} from others`, tellsApart(value)] as const,
  ),
  ['takes any text for an experiment', takesAnyText],
  ['keeps visitors where they were when the experiment changes its weights', keepsVisitors],
  ['loses none of many visits at once', losesNone],
]

function tellsApart(value: string): Check {
  return async ({ service, again }) => {
    await service.saveAssignments(documentOf('id', value, { exp__0: 'mine' }))
    deepEqual(await assignmentsIn(again(), 'id', value), { exp__0: 'mine' })
    equal((await again().getAssignments('id', `${value}2`)) ?? null, null)
    equal((await again().getAssignments('device', value)) ?? null, null)
  }
}

async function takesAnyText({ service, again }: OpenedStickyStore): Promise<void> {
  const assignments = JSON.parse(
    '{"__proto__": "1", "constructor": "2", "a.b$[0]": "3"}',
  ) as Record<string, string>
  await service.saveAssignments(documentOf('id', 'u1', assignments))
  await again().saveAssignments(documentOf('id', 'u1', { d: '4' }))
  const stored = (await assignmentsIn(again(), 'id', 'u1')) ?? {}
  // A store need not keep their order.
  deepEqual(
    new Map(Object.entries(stored).sort(([a], [b]) => (a < b ? -1 : 1))),
    new Map([
      ['__proto__', '1'],
      ['a.b$[0]', '3'],
      ['constructor', '2'],
      ['d', '4'],
    ]),
  )
}

async function keepsTheFirst({ service, again }: OpenedStickyStore): Promise<void> {
  const loaded = documentOf('id', 'u1', {})
  await service.saveAssignments(documentOf('id', 'u1', { a__0: 'first' }), loaded)
  await again().saveAssignments(documentOf('id', 'u1', { a__0: 'second', b__0: 'x' }), loaded)
  deepEqual(await assignmentsIn(again(), 'id', 'u1'), { a__0: 'first', b__0: 'x' })
}

/** As when the variation that was stored is in the experiment no more. */
async function replaces({ service, again }: OpenedStickyStore): Promise<void> {
  const first = documentOf('id', 'u1', { a__0: 'gone', b__0: 'x' })
  await service.saveAssignments(first, documentOf('id', 'u1', {}))
  const second = documentOf('id', 'u1', { a__0: 'new', b__0: 'x' })
  await again().saveAssignments(second, first)
  deepEqual(await again().getAssignments('id', 'u1'), second)
  // Who still has the one of before comes too late.
  await again().saveAssignments(documentOf('id', 'u1', { a__0: 'late', b__0: 'x' }), first)
  deepEqual(await again().getAssignments('id', 'u1'), second)
}

async function readsAll({ service, again }: OpenedStickyStore): Promise<void> {
  const id = documentOf('id', 'u1', { a__0: '1' })
  const device = documentOf('device', 'd1', { b__0: '2' })
  await Promise.all([id, device].map((one) => service.saveAssignments(one)))
  const reader = again()
  if (!reader.getAllAssignments) return
  const all = await reader.getAllAssignments({ id: 'u1', device: 'd1', company: 'c1' })
  deepEqual({ ...all }, { 'id||u1': id, 'device||d1': device })
}

async function saysNothingOfLong({ again }: OpenedStickyStore): Promise<void> {
  equal((await again().getAssignments('id', 'x'.repeat(100_000))) ?? null, null)
}

async function keepsVisitors({ service, again }: OpenedStickyStore): Promise<void> {
  const attributes = { id: 'u1' }
  equal(
    (
      await evalStickyFeature(
        { attributes, features: experiment([1, 0]) },
        'checkout',
        service,
        PATIENT,
      )
    ).result.value,
    'red',
  )
  await stickySaved(service)
  const { result, docs } = await evalStickyFeature(
    { attributes, features: experiment([0, 1]) },
    'checkout',
    again(),
    PATIENT,
  )
  equal(result.experimentResult?.value, 'red')
  ok(result.experimentResult.stickyBucketUsed)
  deepEqual({ ...docs }, { 'id||u1': documentOf('id', 'u1', { exp__0: 'r' }) })
}

async function losesNone({ service, again }: OpenedStickyStore): Promise<void> {
  const ids = Array.from({ length: 4 }, (_, i) => `u${i}`)
  const visits = ids.flatMap((id) =>
    ['a__0', 'b__0', 'c__0'].map(async (key) =>
      (await loadSticky(service, { id }, ['id'], PATIENT)).assign('id', id, key, '1'),
    ),
  )
  await Promise.all(visits)
  await stickySaved(service)
  const stored = await Promise.all(ids.map((id) => assignmentsIn(again(), 'id', id)))
  deepEqual(
    stored,
    ids.map(() => ({ a__0: '1', b__0: '1', c__0: '1' })),
  )
}
