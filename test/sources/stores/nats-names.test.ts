import fc from 'fast-check'
import { filterOf, keyOf, nameOf } from '../../../src/sources/stores/nats-names'

test.each([
  ['', 'live'],
  ['rollout', 'live.rollout'],
  ['history/000000012', 'live.history.000000012'],
  ['acks/web-1.example.com', 'live.acks.web-1=2eexample=2ecom'],
  ['acks/a=b', 'live.acks.a=3db'],
  ['acks/ż 🎉', 'live.acks.=c5=bc=20=f0=9f=8e=89'],
])('the name %j is the key %s', (name, key) => {
  expect(keyOf('live', name)).toBe(key)
  expect(nameOf('live', key)).toBe(name)
})

test.each([
  ['', 'live.>'],
  ['acks/', 'live.acks.>'],
  ['history/0000', 'live.history.>'],
  ['roll', 'live.>'],
])('keys that begin with %j are among %s', (prefix, filter) => {
  expect(filterOf('live', prefix)).toBe(filter)
})

const part = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !text.includes('/'))

test('every name has a key of its own that NATS takes', () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), (parts) => {
      const name = parts.join('/')
      const key = keyOf('live', name)
      expect(key).toMatch(/^live(\.[-=\w]+)+$/)
      expect(nameOf('live', key)).toBe(name)
    }),
  )
})
