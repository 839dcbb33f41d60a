import { resolve } from 'node:path'
import type * as Liveflag from '../../src'
import type { Candidate } from '../contender'
import { type Flag, VARIANTS } from '../workloads'

type Features = Awaited<ReturnType<typeof Liveflag.openFeatures>>
type Request = ReturnType<Features['for']>

/** What users install: the compiled package. `LIVEFLAG_DIST` measures another build of it. */
const dist = process.env['LIVEFLAG_DIST'] ?? resolve(__dirname, '../../dist')
export const liveflag = require(resolve(dist, 'index.js')) as typeof Liveflag
const { memory, openFeatures, worldOf } = liveflag

/** The entry's value, as live config has it. */
export function entryOf(flag: Flag): string | object {
  switch (flag.kind) {
    case 'on-off':
      return flag.on ? 'on' : 'off'
    case 'list':
      return { users: flag.users, gold: true }
    case 'rollout':
      return { percent_loggedin: flag.percent }
    case 'experiment': {
      const variants = Object.fromEntries(VARIANTS.map((name) => [name, flag.percentPerVariant]))
      return { experiment: { loggedin: true, experiment_id: flag.id, variants } }
    }
  }
}

export const candidate: Candidate<Request> = {
  title: 'liveflag',
  packageName: 'liveflag',
  note: "the built package; `features.for(worldOf(...))` per request; `isEnabled`, `variant`; buckets are r2's SHA-1; no exposure listener",
  write: (flags) =>
    JSON.stringify(
      Object.fromEntries(flags.map((flag) => [`feature_${flag.name}`, entryOf(flag)])),
    ),
  async load(text) {
    const features = await openFeatures({ source: memory(text, { format: 'json' }) })
    return {
      request: ({ user, loid }) => features.for(worldOf({ user, loid })),
      isEnabled: (request, name) => request.isEnabled(name),
      variant: (request, name) => request.variant(name),
      close: () => features.close(),
    }
  },
}
