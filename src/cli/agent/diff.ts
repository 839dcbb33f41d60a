import { impactSteps } from '../../analysis/impact'
import { LiveflagError } from '../../core/errors'
import { inSlices } from '../../runtime/time-slice'
import { differenceOf } from '../commands/difference'
import { openAsItWas, openVersion, type Version } from '../versions'
import { within } from './inputs'
import { type Place, tool } from './tool'
import { MADE_UP, whoChanges } from './who-changes'

export const diff = tool({
  name: 'diff',
  title: 'Say who changes',
  description:
    'Says who gets another answer from the live config than from an older one, exactly, over all buckets: as it was at a revision of git, or another file.',
  input: (z) => ({
    since: z
      .string()
      .max(200)
      .regex(/^[\w@][\w./~^@{}-]*$/, 'a revision of git, such as HEAD~1 or main')
      .optional()
      .describe('a revision of git, such as HEAD~1 or main'),
    old: z
      .string()
      .min(1)
      .max(1000)
      .optional()
      .describe('instead: an older live config of the project'),
  }),
  run: async (given, place, signal) => {
    const { live } = place
    const old = await olderOf(given, place)
    try {
      return await live.opened(async ({ texts, features }) => {
        const impact = await inSlices(impactSteps(old.features, features, MADE_UP), signal)
        const now = { name: live.path, texts, features }
        const difference = differenceOf([old, now], impact, '', undefined, false)
        const lines = whoChanges({ ...difference, impact }, place)
        return { text: [...lines, ...difference.refused].join('\n'), data: { ...difference } }
      })
    } finally {
      await old.features.close()
    }
  },
})

async function olderOf(
  { since, old }: { readonly since?: string | undefined; readonly old?: string | undefined },
  { live, root, terminal }: Place,
): Promise<Version> {
  if ((since === undefined) === (old === undefined))
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', 'give since, a revision of git, or old, a path')
  if (since !== undefined) return openAsItWas(since, live.path, live.reading)
  const name = old ?? ''
  return { ...(await openVersion(within(root, name), live.reading, terminal.stdin)), name }
}
