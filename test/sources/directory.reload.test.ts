import type { Way } from '../../src/testing/testing'
import { directoryAdapter } from '../support/liveflag-adapter'
import { reloadSuite } from '../support/reload-suite'

const WAYS: readonly Way[] = [
  { format: 'yaml', watching: 'events+poll' },
  { format: 'json', watching: 'poll', pollMs: 100 },
]

reloadSuite('the only file of a watched directory, changed in every way', {
  adapter: directoryAdapter,
  ways: WAYS,
  aloneIn: WAYS.slice(0, 1),
  // A directory whose last file goes is empty; that the file is missing nobody can know.
  wanted: ({ id }) => id !== 'W7',
})
