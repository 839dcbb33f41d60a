import {
  type Client,
  type EventDetails,
  OpenFeature,
  ProviderEvents,
} from '@openfeature/server-sdk'
import { type Features, memory, openFeatures } from '../../src/index'
import type { FeaturesOptions } from '../../src/index'
import { eventsDelivered } from '../support/engine'
import { LiveflagProvider, type ProviderOptions } from '../../src/openfeature/openfeature'

/** A live config behind OpenFeature's own SDK, and every event that its client saw. */
export interface Scene {
  readonly client: Client
  readonly provider: LiveflagProvider
  readonly features: Features
  readonly domain: string
  readonly set: (text: string) => Promise<string | undefined>
  /** `PROVIDER_STALE`, `PROVIDER_CONFIGURATION_CHANGED a b`, in order. */
  readonly events: string[]
}

interface SceneOptions extends ProviderOptions {
  readonly features?: Partial<FeaturesOptions>
}

const opened = new Set<Features>()
let domains = 0

/** Every scene has a domain of its own, so that no event of another one reaches its client. */
export const freshDomain = (): string => `domain-${(domains += 1)}`

export async function scene(text: string, options: SceneOptions = {}): Promise<Scene> {
  const { features: engine, ...own } = options
  const source = memory(text)
  const features = await openFeatures({ source, ...engine })
  opened.add(features)
  // Problems are read from the snapshot; without a listener each would be a process warning.
  features.on('problem', () => undefined)
  const provider = new LiveflagProvider(features, own)
  const domain = freshDomain()
  const events: string[] = []
  const client = OpenFeature.getClient(domain)
  await OpenFeature.setProviderAndWait(domain, provider)
  listen(client, events)
  await eventsDelivered()
  return { client, provider, features, domain, set: (next) => source.set(next), events }
}

/** Notes every event from now on. */
export function listen(client: Client, events: string[]): void {
  for (const event of Object.values(ProviderEvents))
    client.addHandler(event, (detail) => {
      events.push([event, ...flagsOf(detail)].join(' '))
    })
}

const flagsOf = (detail: EventDetails | undefined): readonly string[] =>
  (detail as { readonly flagsChanged?: readonly string[] } | undefined)?.flagsChanged ?? []

export async function closeScenes(): Promise<void> {
  await OpenFeature.close()
  OpenFeature.setContext({})
  OpenFeature.clearHooks()
  OpenFeature.clearHandlers()
  await Promise.all([...opened].map((features) => features.close()))
  opened.clear()
}
