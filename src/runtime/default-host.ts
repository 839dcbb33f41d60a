import { createHash } from 'node:crypto'
import { hostname } from 'node:os'

/**
 * Of several instances of one program, process managers number each. Workers of `node:cluster` have one
 * name: the number of one that is started again is a new one, and its name would not be the same.
 */
const INSTANCES = ['NODE_APP_INSTANCE', 'pm_id']

/** The name of this process, the same after each restart. */
export function defaultHost(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  program = process.argv[1] ?? '',
): string {
  const instance = INSTANCES.flatMap((name) => environment[name] ?? [])[0] ?? ''
  const digits = createHash('sha256').update(`${program}\0${instance}`).digest('hex').slice(0, 6)
  return `${hostname()}-${digits}`
}
