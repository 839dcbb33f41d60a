import { admin } from './admin/admin'
import { ofrep } from './ofrep/ofrep'
import { growthbook, type GrowthBookOptions } from './growthbook/growthbook'
import type { OfrepOptions } from './ofrep/options'
import { dashboard } from './protocols/dashboard'
import { decide } from './protocols/decide'
import { events } from './protocols/events'
import { exposures } from './protocols/exposures'
import { health } from './protocols/health'
import { liveConfig } from './protocols/live-config'
import { manifest } from './protocols/manifest'
import { metrics } from './protocols/metrics'
import { openapi } from './protocols/openapi'
import { status } from './protocols/status'
import type { Protocol } from './route'

/** Options of the protocols. */
export interface ProtocolOptions {
  readonly ofrep: OfrepOptions
  readonly growthbook: GrowthBookOptions
}

/** Every protocol of the server. Of two routes with one path, the first answers. */
export const protocolsOf = (options: ProtocolOptions): readonly Protocol[] => [
  ofrep(options.ofrep),
  growthbook(options.growthbook),
  decide,
  events,
  exposures,
  admin,
  manifest,
  liveConfig,
  health,
  status,
  metrics,
  openapi,
  dashboard,
]
