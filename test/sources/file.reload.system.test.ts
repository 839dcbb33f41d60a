import type { Pattern, Way } from '../../src/testing/testing'
import { liveflagAdapter } from '../support/liveflag-adapter'
import { isLongRun } from '../support/long-run'
import { formatFor, isAboutTheText, reloadSuite } from '../support/reload-suite'

const EVERY_FORMAT: readonly Way[] = [
  { format: 'yaml', watching: 'events+poll' },
  { format: 'json', watching: 'events+poll' },
  { format: 'ini', watching: 'events+poll' },
  { format: 'json', watching: 'poll', pollMs: 100 },
  { format: 'yaml', watching: 'events' },
]

/** In every format what is about the text; in every way of watching what is about the file. */
function waysOf(pattern: Pattern): readonly Way[] {
  const format = formatFor(pattern)
  const alone: readonly Way[] = [
    { format: 'yaml', watching: 'events+poll' },
    { format: 'json', watching: 'poll', pollMs: 100 },
  ]
  if (pattern.alone === true)
    return isLongRun ? [...alone, { format: 'yaml', watching: 'events' }] : alone
  if (isLongRun || isAboutTheText(pattern)) return EVERY_FORMAT
  return [
    { format, watching: 'events+poll' },
    { format, watching: 'poll', pollMs: 100 },
    { format, watching: 'events' },
  ]
}

// `npm run test:reload` does every pattern in every format and every way of watching.
reloadSuite('a file, changed in every way that people and tools change files', {
  adapter: liveflagAdapter,
  waysOf,
})
