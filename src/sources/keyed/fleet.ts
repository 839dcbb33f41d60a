import { isFunction, isObject, isText, type OptionKind } from '../../core/options'
import type { Health } from '../fleet-records'

/** What a process of a fleet says of itself, and takes of a generation that is staged. */
export interface FleetOptions {
  /**
   * Its name. With the same name it is on the same side of a stage after a restart, and processes of
   * one name are on the same side. Default: the name of the machine, and six digits that stand for the
   * program and the instance of it.
   */
  readonly host?: string
  /** Whether the application is well, by its own measure. Asked when the process acknowledges. */
  readonly health?: () => Health | Promise<Health>
  /**
   * Called before the text of a generation that is staged is taken, with its number, and with null before
   * what is published is taken again. `published` is the text in whose place one is tried. It must not throw.
   */
  readonly onStaged?: (generation: number | null, published?: string) => void
}

const LONGEST_HOST = 200

export const FLEET: OptionKind = {
  fits: (value) => {
    if (!isObject(value)) return false
    const { host, health, onStaged, ...rest }: Partial<Record<keyof FleetOptions, unknown>> = value
    return (
      Object.keys(rest).length === 0 &&
      (host === undefined || (isText(host) && host !== '' && host.length <= LONGEST_HOST)) &&
      (health === undefined || isFunction(health)) &&
      (onStaged === undefined || isFunction(onStaged))
    )
  },
  wanted: `an object that may have host, a text of at most ${LONGEST_HOST} characters, and health and onStaged, functions`,
}
