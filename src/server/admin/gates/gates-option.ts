import { resolve } from 'node:path'
import { badOption } from '../../../core/options'
import type { Features } from '../../../engine/features'
import { editableIn } from '../source-texts'

/** What says where the gates of ramps are written, and what they are judged by. */
export interface GatesOption {
  readonly gatesInto?: string
  readonly db?: string
  readonly records?: string
  readonly decider?: unknown
  readonly protocols?: readonly string[] | undefined
}

/**
 * The name of the source that what becomes of gates is written into; empty without one.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION where it cannot be written, or nothing is there to judge by
 */
export function gatesSource(
  call: string,
  features: Pick<Features, 'snapshot' | 'store'>,
  { gatesInto = '', db = ':memory:', records = '', decider, protocols }: GatesOption,
): string {
  if (gatesInto === '') return ''
  const wrong = (wanted: string): Error => badOption(call, 'gatesInto', gatesInto, wanted)
  if (db === ':memory:' && records === '' && decider === undefined)
    throw wrong('a store as db or records, too: gates are judged by what is recorded')
  if (protocols && !protocols.includes('admin'))
    throw wrong('admin among the protocols, too: it edits the layer')
  const { sources, files } = features.snapshot
  const source = sources.find(
    ({ name }) =>
      name === gatesInto || (files.includes(name) && resolve(name) === resolve(gatesInto)),
  )
  if (source === undefined || !editableIn(features).includes(source.name))
    throw wrong(
      `a source of the features that can be edited, such as the file gates.yaml as the last; they have ${sources.map(({ name }) => name).join(', ')}`,
    )
  const { format = 'yaml', name } = source
  if (format !== 'yaml') throw wrong(`a source in YAML; ${name} is ${format}`)
  return name
}
