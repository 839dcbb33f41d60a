import type { Check } from './check'
import { asyncContext, typeResolution, wired } from './code'
import { liveConfig, modeline, watching } from './live-config'
import { copies, installedPackage, nodeVersion, peers } from './packages'
import { store } from './store'
import { types } from './types'

/** Every check of `liveflag doctor`, in the order of its report. */
export const checks: readonly Check[] = [
  nodeVersion,
  installedPackage,
  copies,
  peers,
  liveConfig,
  modeline,
  watching,
  typeResolution,
  types,
  wired,
  asyncContext,
  store,
]
