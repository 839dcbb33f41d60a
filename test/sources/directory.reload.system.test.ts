import type { Pattern, Way } from '../../src/testing/testing'
import { directoryAdapter } from '../support/liveflag-adapter'
import { isLongRun } from '../support/long-run'
import { formatFor, reloadSuite } from '../support/reload-suite'

/**
 * Once each: the watch is that of a single file, which test/sources/file.reload.system.test.ts puts
 * through every way.
 */
function waysOf(pattern: Pattern): readonly Way[] {
  if (pattern.alone === true) return [{ format: 'yaml', watching: 'events+poll' }]
  if (isLongRun)
    return [
      { format: 'yaml', watching: 'events+poll' },
      { format: 'json', watching: 'poll', pollMs: 100 },
    ]
  const format = formatFor(pattern)
  return format === 'json'
    ? [{ format, watching: 'poll', pollMs: 100 }]
    : [{ format, watching: 'events+poll' }]
}

reloadSuite('the only file of a watched directory, changed in every way', {
  adapter: directoryAdapter,
  waysOf,
  // A directory whose last file goes is empty; that the file is missing nobody can know.
  wanted: ({ id }) => id !== 'W7',
})
