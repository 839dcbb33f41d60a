import type { Source } from '../../core/source'
import { SessionSource } from '../session-source'
import type { Settings } from './options'
import { HttpSession } from './session'

/** A live config at a URL. */
export const remoteSource = (settings: Settings): Source =>
  new SessionSource(settings.name, (sink) => new HttpSession(settings, sink))
