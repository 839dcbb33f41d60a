import { once } from 'node:events'
import { InMemStorageProvider, Unleash } from 'unleash-client'
import type { ClientFeaturesResponse, Context } from 'unleash-client'
import type { Candidate } from '../contender'
import { VARIANTS } from '../workloads'
import type { Flag, Visitor } from '../workloads'

type Feature = ClientFeaturesResponse['features'][number]
type Strategy = NonNullable<Feature['strategies']>[number]

const onlyFor = (contextName: string, values: readonly string[]): Strategy =>
  ({
    name: 'default',
    parameters: {},
    constraints: [
      { contextName, operator: 'IN', inverted: false, caseInsensitive: false, values: [...values] },
    ],
  }) as unknown as Strategy

function rollout(name: string, percent: number, variants?: Strategy['variants']): Strategy {
  const parameters = { rollout: String(percent), stickiness: 'userId', groupId: name }
  return { name: 'flexibleRollout', parameters, constraints: [], ...(variants && { variants }) }
}

function strategiesOf(flag: Flag): Strategy[] {
  switch (flag.kind) {
    case 'on-off':
      return [{ name: 'default', parameters: {}, constraints: [] }]
    case 'list':
      return [onlyFor('name', flag.users), onlyFor('gold', ['true'])]
    case 'rollout':
      return [rollout(flag.name, flag.percent)]
    case 'experiment': {
      const weight = 1000 / VARIANTS.length
      const variants = VARIANTS.map((name) => ({ name, weight, stickiness: 'userId' }))
      return [rollout(flag.name, flag.percentPerVariant * VARIANTS.length, variants)]
    }
  }
}

function write(flag: Flag): Feature {
  const enabled = flag.kind !== 'on-off' || flag.on
  return { name: flag.name, type: 'release', enabled, strategies: strategiesOf(flag), variants: [] }
}

function contextOf({ user, loid }: Visitor): Context {
  if (user === null) return { sessionId: loid, properties: {} }
  return {
    userId: user.id,
    sessionId: loid,
    properties: { name: user.name, gold: String(user.gold) },
  }
}

/** Started on its bootstrap data; an interval of 0 means that it never asks the network. */
async function start(data: ClientFeaturesResponse['features']): Promise<Unleash> {
  const unleash = new Unleash({
    appName: 'bench',
    url: 'http://localhost/',
    refreshInterval: 0,
    disableMetrics: true,
    bootstrap: { data },
    storageProvider: new InMemStorageProvider(),
    skipInstanceCountWarning: true,
  })
  await once(unleash, 'ready')
  return unleash
}

export const candidate: Candidate<Context> = {
  title: 'Unleash',
  packageName: 'unleash-client',
  note: 'the real client on bootstrap data, without network and metrics; `isEnabled`, `getVariant`; list as two strategies with `IN` constraints, experiment as `flexibleRollout` with strategy variants',
  write: (flags) => JSON.stringify({ version: 2, features: flags.map(write) }),
  async load(text) {
    const unleash = await start((JSON.parse(text) as ClientFeaturesResponse).features)
    return {
      request: contextOf,
      isEnabled: (context, name) => unleash.isEnabled(name, context),
      variant(context, name) {
        const drawn = unleash.getVariant(name, context)
        return drawn.enabled ? drawn.name : undefined
      },
      close: () => unleash.destroy(),
    }
  },
}
