/* eslint-disable @typescript-eslint/no-require-imports -- import() would not return a session but a promise */
import { randomBytes } from 'node:crypto'
import type { Source } from '../../core/source'
import { defaultHost } from '../../runtime/default-host'
import type { KeyStore } from '../key-store'
import { readTextBy } from '../remote/reading'
import type * as Sessions from '../remote/session'
import { SessionSource } from '../session-source'
import type * as Acknowledgers from './acknowledger'
import type * as Endpoints from './endpoint'
import type { FleetMember } from './endpoint'
import type { FleetOptions } from './fleet'
import { type KeyedOptions, readKeyedOptions } from './options'

/**
 * The live config of a store that is opened with the source and closed with it.
 *
 * @param call what the application called
 */
export function openedSource(call: string, open: () => KeyStore, options: KeyedOptions): Source {
  // The first one has the name, and finds out what is wrong with the options of the store.
  let store: KeyStore | undefined = open()
  const take = (): KeyStore => {
    const taken = store ?? open()
    store = undefined
    return taken
  }
  return keyedSource(call, store.name, take, options, true)
}

/** The live config of a store that the application opened, and closes. */
export const givenSource = (call: string, store: KeyStore, options: KeyedOptions): Source =>
  keyedSource(call, store.name, () => store, options, false)

function keyedSource(
  call: string,
  name: string,
  take: () => KeyStore,
  options: KeyedOptions,
  closesStore: boolean,
): Source {
  const settings = readKeyedOptions(call, name, options)
  let current: KeyStore | undefined
  return new SessionSource(
    name,
    (sink) => {
      const { RemoteSession } = require('../remote/session') as typeof Sessions
      const { keyEndpoint } = require('./endpoint') as typeof Endpoints
      const store = take()
      current = store
      const fleet = settings.fleet && memberOf(settings.fleet, settings.refreshMs, store)
      const endpoint = keyEndpoint(settings, store, closesStore, fleet)
      return new RemoteSession(settings, endpoint, fleet?.acknowledger.hearing(sink) ?? sink)
    },
    {
      read: (text) => readTextBy(text, settings),
      // Nobody can undo what a transform does, so what is in force is not what would be edited.
      ...(options.transform ? {} : { keyStore: () => current }),
    },
  )
}

function memberOf(
  { host = defaultHost(), health, onStaged }: FleetOptions,
  hearsWithinMs: number,
  store: KeyStore,
): FleetMember {
  const { Acknowledger } = require('./acknowledger') as typeof Acknowledgers
  const own = randomBytes(4).toString('hex')
  return {
    host,
    acknowledger: new Acknowledger(store, { host, process: own, hearsWithinMs }, health),
    ...(onStaged && { onStaged }),
  }
}
