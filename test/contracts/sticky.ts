/** What every store of sticky documents does, whatever it is made of. */
import type { StickyDocument, StickyService } from '../../src/growthbook/context'
import { evalStickyFeature } from '../../src/sticky/evaluate'
import { loadSticky, stickySaved } from '../../src/sticky/load'

/** A store under test. */
export interface Opened {
  readonly service: StickyService
  /** What a later request, or another process, sees of the same store. */
  readonly again: () => StickyService
}

const documentOf = (attributeName: string, attributeValue: string, assignments: Record<string, string>): StickyDocument => ({
  attributeName,
  attributeValue,
  assignments,
})

const experiment = (also: object = {}) => ({
  checkout: { defaultValue: 'old', rules: [{ key: 'exp', variations: ['red', 'blue'], meta: [{ key: 'r' }, { key: 'b' }], ...also }] },
})

export function stickyContract(name: string, open: () => Opened): void {
  describe(`the sticky store ${name}`, () => {
    test('has nothing at first', async () => {
      expect((await open().service.getAssignments('id', 'u1')) ?? null).toBeNull()
    })

    test('gives back what was saved, to a later request too', async () => {
      const { service, again } = open()
      const saved = documentOf('id', 'u1', { exp__0: 'b' })
      await service.saveAssignments(saved)
      expect(await service.getAssignments('id', 'u1')).toEqual(saved)
      expect(await again().getAssignments('id', 'u1')).toEqual(saved)
    })

    test('adds to what is there, and lets the newer one win', async () => {
      const { service, again } = open()
      await service.saveAssignments(documentOf('id', 'u1', { a__0: '0', b__0: '0' }))
      await again().saveAssignments(documentOf('id', 'u1', { b__0: '1', c__1: '2' }))
      expect((await again().getAssignments('id', 'u1'))?.assignments).toEqual({ a__0: '0', b__0: '1', c__1: '2' })
    })

    test.each(['', 'ü ☃ 😀', 'a||b', '"; DROP TABLE x; --', '=;, %', '__proto__', 'constructor'])('tells the value %j from others', async (value) => {
      const { service, again } = open()
      await service.saveAssignments(documentOf('id', value, { exp__0: 'mine' }))
      expect((await again().getAssignments('id', value))?.assignments).toEqual({ exp__0: 'mine' })
      expect((await again().getAssignments('id', `${value}2`)) ?? null).toBeNull()
      expect((await again().getAssignments('device', value)) ?? null).toBeNull()
    })

    test('takes any text for an experiment', async () => {
      const { service, again } = open()
      const assignments = JSON.parse('{"__proto__": "1", "constructor": "2", "a.b$[0]": "3"}') as Record<string, string>
      await service.saveAssignments(documentOf('id', 'u1', assignments))
      await again().saveAssignments(documentOf('id', 'u1', { d: '4' }))
      const stored = (await again().getAssignments('id', 'u1'))?.assignments ?? {}
      expect(Object.entries(stored)).toEqual([['__proto__', '1'], ['constructor', '2'], ['a.b$[0]', '3'], ['d', '4']])
    })

    test('keeps visitors where they were when the experiment changes its weights', async () => {
      const { service, again } = open()
      const context = { attributes: { id: 'u1' }, features: experiment({ weights: [1, 0] }) }
      expect((await evalStickyFeature(context, 'checkout', service)).result.value).toBe('red')
      await stickySaved(service)
      const changed = { attributes: { id: 'u1' }, features: experiment({ weights: [0, 1] }) }
      const { result, docs } = await evalStickyFeature(changed, 'checkout', again())
      expect(result.experimentResult).toMatchObject({ value: 'red', stickyBucketUsed: true })
      expect(docs).toEqual({ 'id||u1': documentOf('id', 'u1', { exp__0: 'r' }) })
    })

    test('loses none of many visits at once', async () => {
      const { service, again } = open()
      const ids = Array.from({ length: 4 }, (_, i) => `u${i}`)
      await Promise.all(
        ids.flatMap((id) => ['a__0', 'b__0', 'c__0'].map(async (key) => (await loadSticky(service, { id })).assign('id', id, key, '1'))),
      )
      await stickySaved(service)
      const stored = await Promise.all(ids.map((id) => again().getAssignments('id', id)))
      expect(stored.map((document) => document?.assignments)).toEqual(ids.map(() => ({ a__0: '1', b__0: '1', c__0: '1' })))
    })
  })
}
