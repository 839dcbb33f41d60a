import { createDecider, memoryStore } from '../../src/decide/decide'
import { closeEngines, openEngine } from '../support/engine'

afterEach(closeEngines)

test.each<[string, object, string]>([
  [
    'no features',
    { features: undefined },
    'features is undefined; give what openFeatures resolved to',
  ],
  [
    'features that are none',
    { features: {} },
    'features is [object Object]; give what openFeatures resolved to',
  ],
  [
    'a store that is none',
    { store: 5 },
    'store is 5; give sqliteStore(path), postgresStore(url) or memoryStore()',
  ],
  [
    'a time that is none',
    { cacheTtlSeconds: -1 },
    'cacheTtlSeconds is -1; give seconds, 0 to cache nothing',
  ],
  ['a time-out of nothing', { timeoutMs: 0 }, 'timeoutMs is 0; give milliseconds above 0'],
  [
    'an unknown way out',
    { whenStoreIsAway: 'panic' },
    'whenStoreIsAway is "panic"; give known, nobody or deterministic',
  ],
  [
    'limits that are none',
    { limits: 'many' },
    'limits is "many"; give \'deterministic\', or an object with maxConcurrent, cooldownDays and active',
  ],
  [
    'a limit that is misspelt',
    { limits: { maxConcurent: 2 } },
    'limits: there is no option maxConcurent; there are maxConcurrent, cooldownDays, active',
  ],
  [
    'a limit that is no number',
    { limits: { maxConcurrent: 1.5 } },
    'limits: maxConcurrent is 1.5; give a whole number from 0',
  ],
  [
    'a cooldown that is none',
    { limits: { cooldownDays: -1 } },
    'limits: cooldownDays is -1; give days, 0 for no cooldown',
  ],
  [
    'a state that is none',
    { limits: { active: ['runing'] } },
    'limits: active is runing; give a list of some of draft, in_review, approved, running, paused, completed, archived, rejected',
  ],
])('%s: a clear error', async (_, options, message) => {
  const { features } = await openEngine('feature_x: on\n')
  expect(() => createDecider({ features, store: memoryStore(), ...options })).toThrow(
    expect.objectContaining({
      code: 'LIVEFLAG_BAD_OPTION',
      message: expect.stringContaining(message),
    }),
  )
})
