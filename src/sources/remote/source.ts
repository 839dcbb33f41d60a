/* eslint-disable @typescript-eslint/no-require-imports -- import() would not return a session but a promise */
import type { Source } from '../../core/source'
import { SessionSource } from '../session-source'
import type { Settings } from './options'
import { readTextBy } from './reading'
import type * as Endpoints from './http-endpoint'
import type * as Sessions from './session'

/** A live config at a URL. HTTP is loaded when it is opened: most live configs are files. */
export const remoteSource = (settings: Settings): Source =>
  new SessionSource(
    settings.name,
    (sink) => {
      const { RemoteSession } = require('./session') as typeof Sessions
      const { httpEndpoint } = require('./http-endpoint') as typeof Endpoints
      return new RemoteSession(settings, httpEndpoint(settings), sink)
    },
    { read: (text) => readTextBy(text, settings) },
  )
