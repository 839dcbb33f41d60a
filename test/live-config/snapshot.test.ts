import type { Item } from '../../src/live-config/entries/judge'
import type { Version } from '../../src/live-config/entries/version'
import { type Layer, Snapshot } from '../../src/live-config/snapshot'
import fc from 'fast-check'

/** What a text says of a feature: nothing, an entry that was refused, or one that is in force. */
const said = fc.constantFrom(undefined, 'refused', 'in force')
const layers = fc.array(fc.record({ a: said, b: said, c: said }), { minLength: 1, maxLength: 9 })

/** Items of which only their identity counts here. */
const itemOf = (state: string): Item =>
  ({
    ...(state === 'in force' && { version: {} as Version }),
    heldBack: false,
    problems: [],
  }) as unknown as Item

const layerOf = (says: Readonly<Record<string, string | undefined>>, i: number): Layer => ({
  source: `text ${i}`,
  items: new Map(
    Object.entries(says).flatMap(([name, state]) =>
      state === undefined ? [] : [[name, itemOf(state)] as const],
    ),
  ),
})

test('of any number of texts the last that is in force has a feature, else the last that names it', () => {
  fc.assert(
    fc.property(layers, (all) => {
      const texts = all.map(layerOf)
      const snapshot = new Snapshot(1, '', 0, texts)
      const names = [...new Set(texts.flatMap(({ items }) => [...items.keys()]))]
      const expected = (name: string): Item | undefined =>
        (
          texts.findLast(({ items }) => items.get(name)?.version) ??
          texts.findLast(({ items }) => items.has(name))
        )?.items.get(name)
      expect([...snapshot.items()].map(([name]) => name)).toEqual(names)
      for (const [name, item] of snapshot.items()) expect(item).toBe(expected(name))
      for (const name of ['a', 'b', 'c']) expect(snapshot.item(name)).toBe(expected(name))
      const inForce = names.filter((name) => expected(name)?.version !== undefined)
      expect([...snapshot.names()]).toEqual(inForce)
    }),
  )
})
