import { relative } from 'node:path'
import { staleIn, staleLines } from '../commands/stale'
import { Output } from '../output'
import { projectIn, within } from './inputs'
import { tool } from './tool'

/** More features are counted, and not listed. */
const MOST = 200

export const stale = tool({
  name: 'stale',
  title: 'Find features that can go',
  description:
    'Lists features that have done their work or never could: nobody asks for them, they are the same for everybody for long (by the history of git), past expires, or asked for and not there. Says why and the one next step. Needs the package ts-morph.',
  input: (z) => ({
    paths: z
      .array(z.string().min(1).max(1000))
      .max(50)
      .optional()
      .describe('files and folders of code (default: all of the project)'),
    days: z.number().int().min(1).max(10_000).optional().describe('how long is long; default 30'),
  }),
  run: async ({ paths, days }, { root, live, terminal }) => {
    // Relative, because the next step is a command that somebody runs in the project.
    const sources = (paths ?? [projectIn(root)]).map(
      (path) => relative(root, within(root, path)) || '.',
    )
    const flags = { ...live.reading, ...(days !== undefined && { days: String(days) }) }
    const { found, notLookedAt, features } = await staleIn(live.path, sources, flags, terminal)
    const listed = found.slice(0, MOST)
    return {
      text: staleLines(
        listed,
        notLookedAt,
        features,
        new Output({ ...terminal, env: { NO_COLOR: '1' } }),
      ).join('\n'),
      data: { features, total: found.length, stale: listed, notLookedAt },
    }
  },
})
