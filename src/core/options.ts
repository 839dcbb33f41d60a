import { LiveflagError, shown } from './errors'
import type { Format } from './source'

/** `call` is what the application wrote, such as `file("live.yaml")`. */
export function badOption(
  call: string,
  name: string,
  value: unknown,
  wanted: string,
): LiveflagError {
  const given = typeof value === 'string' ? JSON.stringify(value) : shown(value)
  return new LiveflagError('LIVEFLAG_BAD_OPTION', `${call}: ${name} is ${given}; give ${wanted}`)
}

const FORMATS: readonly Format[] = ['yaml', 'json', 'ini']

export function checkFormat(call: string, format: unknown): void {
  if (!FORMATS.some((known) => known === format))
    throw badOption(call, 'format', format, 'yaml, json or ini')
}

const LONGEST_TIMER = 2 ** 31 - 1

/** The options laid over the defaults, each of which says of what type it is. Those whose names end in `Ms` are for timers. */
export function checkOptions<T extends object>(call: string, options: Partial<T>, defaults: T): T {
  const known = Object.keys(defaults)
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  for (const [name, value] of given) {
    const usual: unknown = Object.entries(defaults).find(([other]) => other === name)?.[1]
    if (usual === undefined)
      throw new LiveflagError(
        'LIVEFLAG_BAD_OPTION',
        `${call}: there is no option ${name}; there are ${known.join(', ')}`,
      )
    if (typeof usual === 'boolean' && typeof value !== 'boolean')
      throw badOption(call, name, value, 'true or false')
    if (typeof usual === 'string' && typeof value !== 'string')
      throw badOption(call, name, value, 'a text')
    if (typeof usual === 'number') checkNumber(call, name, value)
  }
  return { ...defaults, ...Object.fromEntries(given) }
}

function checkNumber(call: string, name: string, value: unknown): void {
  const most = name.endsWith('Ms') ? LONGEST_TIMER : Number.MAX_SAFE_INTEGER
  if (typeof value !== 'number' || !(value >= 0 && value <= most))
    throw badOption(call, name, value, `a number from 0 to ${most}`)
}
