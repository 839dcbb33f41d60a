import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import { isFunction, isObject, isText, type OptionKind } from '../../core/options'
import type { Health } from '../fleet-records'

/** What a process of a fleet says of itself, and takes of a generation that is staged. */
export interface FleetOptions {
  /**
   * Its name, which no other process of the fleet has. With the same name it is on the same side of
   * a stage after a restart. Default: the name of the machine, and six digits that stand for the
   * program and the instance of it.
   */
  readonly host?: string
  /** Whether the application is well, by its own measure. Asked when the process acknowledges. */
  readonly health?: () => Health | Promise<Health>
}

const LONGEST_HOST = 200

export const FLEET: OptionKind = {
  fits: (value) => {
    if (!isObject(value)) return false
    const { host, health, ...rest }: Partial<Record<keyof FleetOptions, unknown>> = value
    return (
      Object.keys(rest).length === 0 &&
      (host === undefined || (isText(host) && host !== '' && host.length <= LONGEST_HOST)) &&
      (health === undefined || isFunction(health))
    )
  },
  wanted: `an object that may have host, a text of at most ${LONGEST_HOST} characters, and health, a function`,
}

/** Of several instances of one program, process managers number each. */
const INSTANCES = ['NODE_APP_INSTANCE', 'pm_id', 'NODE_UNIQUE_ID']

/** The name of this process, the same after each restart. */
export function defaultHost(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  program = process.argv[1] ?? '',
): string {
  const instance = INSTANCES.flatMap((name) => environment[name] ?? [])[0] ?? ''
  const digits = createHash('sha256').update(`${program}\0${instance}`).digest('hex').slice(0, 6)
  return `${hostname()}-${digits}`
}
