import { keySource } from '../../../src/sources/key-source'
import { FLEET } from '../../../src/sources/keyed/fleet'
import { memoryKeyStore } from '../../../src/sources/memory-key-store'

test.each([
  [{}, true],
  [{ host: 'web-1' }, true],
  [{ health: () => ({ isHealthy: true }) }, true],
  [{ host: '' }, false],
  [{ host: 'x'.repeat(201) }, false],
  [{ hosts: 'web-1' }, false],
  [{ health: true }, false],
  [{ onStaged: () => undefined }, true],
  [{ onStaged: 'log' }, false],
  [true, false],
])('the option may be %j: %s', (value, fits) => {
  expect(FLEET.fits(value)).toBe(fits)
})

test('a wrong one is refused when the source is made', () => {
  expect(() => keySource(memoryKeyStore(), { fleet: { host: '' } })).toThrow(
    /fleet is .*; give an object/,
  )
})
