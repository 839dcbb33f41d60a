import type { Way } from '../../src/testing/testing'
import { liveflagAdapter } from '../support/liveflag-adapter'
import { reloadSuite } from '../support/reload-suite'

const WAYS: readonly Way[] = [
  { format: 'yaml', watching: 'events+poll' },
  { format: 'json', watching: 'events+poll' },
  { format: 'ini', watching: 'events+poll' },
  { format: 'json', watching: 'poll', pollMs: 100 },
  { format: 'yaml', watching: 'events' },
]

// `npm run test:reload` does every pattern in every way.
reloadSuite('a file, changed in every way that people and tools change files', {
  adapter: liveflagAdapter,
  ways: WAYS,
  aloneIn: WAYS.filter(({ format, watching }) => format === 'yaml' || watching === 'poll'),
})
