import { GrowthBookClient } from '@growthbook/growthbook'
import type { FeatureApiResponse, FeatureDefinition, UserContext } from '@growthbook/growthbook'
import type { Candidate } from '../contender'
import { VARIANTS } from '../workloads'
import type { Flag, Visitor } from '../workloads'

function write(flag: Flag): FeatureDefinition {
  switch (flag.kind) {
    case 'on-off':
      return { defaultValue: flag.on }
    case 'list':
      return {
        defaultValue: false,
        rules: [
          { condition: { $or: [{ name: { $in: [...flag.users] } }, { gold: true }] }, force: true },
        ],
      }
    case 'rollout':
      return {
        defaultValue: false,
        rules: [{ force: true, coverage: flag.percent / 100, hashAttribute: 'id' }],
      }
    case 'experiment':
      return {
        defaultValue: null,
        rules: [
          {
            key: `experiment_${flag.id}`,
            variations: [...VARIANTS],
            weights: VARIANTS.map(() => 1 / VARIANTS.length),
            coverage: (flag.percentPerVariant * VARIANTS.length) / 100,
            hashAttribute: 'id',
            hashVersion: 2,
          },
        ],
      }
  }
}

function contextOf({ user, loid }: Visitor): UserContext {
  return {
    attributes: user === null ? { loid } : { id: user.id, name: user.name, gold: user.gold, loid },
  }
}

export const candidate: Candidate<UserContext> = {
  title: 'GrowthBook',
  packageName: '@growthbook/growthbook',
  note: '`GrowthBookClient` with a user context per request; `isOn`, `getFeatureValue`; no tracking callback; `NODE_ENV=production`',
  write: (flags) =>
    JSON.stringify({ features: Object.fromEntries(flags.map((flag) => [flag.name, write(flag)])) }),
  load(text) {
    const client = new GrowthBookClient().initSync({
      payload: JSON.parse(text) as FeatureApiResponse,
    })
    return Promise.resolve({
      request: contextOf,
      isEnabled: (context, name) => client.isOn(name, context),
      variant: (context, name) =>
        client.getFeatureValue<string | null>(name, null, context) ?? undefined,
      close: () => client.destroy(),
    })
  },
}
