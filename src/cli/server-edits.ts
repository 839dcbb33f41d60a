import { momentOf } from '../analysis/asked-figures'
import { LiveflagError } from '../core/errors'
import { rangesOf } from './generations'
import { isUrl } from './sources'
import { type KeptSource, type KeptText, readKeptEdits } from '../server/kept-edits'

/** `edits:liveflag.db#config/live.yaml@17`: a text that a server's log of edits has. */
export interface EditsName {
  readonly path: string
  /** Of which live config; undefined: of the only one. */
  readonly source: string | undefined
  /** The number of an edit, or a time; undefined: the newest. */
  readonly which: string | undefined
}

const NAMED = /^edits:(.+?)(?:#(.+?))?(?:@(\d[^@/]*))?$/

/** Reads `edits:PATH#SOURCE@WHICH`; undefined of anything else. */
export function editsNamed(name: string): EditsName | undefined {
  const [, path, source, which] = NAMED.exec(name) ?? []
  return path === undefined ? undefined : { path, source, which }
}

/** The log of one live config. */
export function keptEdits({ path, source, which }: EditsName): KeptSource {
  // A URL may have a password, so it is not repeated.
  if (isUrl(path))
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      'edits: is about the SQLite file in which a server keeps its edits; give its path, as in edits:liveflag.db, or store: before the URL of a ledger',
    )
  const kept = readKeptEdits(path, 'edits:')
  const names = kept.map((one) => one.source)
  const bad = (message: string): LiveflagError =>
    new LiveflagError('LIVEFLAG_BAD_OPTION', `edits:${path} ${message}`)
  const [only] = kept
  if (only === undefined) throw bad('has seen no live config that it could edit')
  if (source === undefined) {
    const own = kept.length === 1 ? only : ownerOf(kept, which)
    if (own) return own
    throw bad(`has the edits of ${names.join(', ')}; say of which: edits:${path}#${names[0] ?? ''}`)
  }
  const found =
    kept.find((one) => one.source === source) ??
    onlyOne(kept.filter((one) => one.source.endsWith(`/${source}`)))
  if (found) return found
  throw bad(`has no edits of ${source}, but those of ${names.join(', ')}`)
}

const onlyOne = <T>(list: readonly T[]): T | undefined => (list.length === 1 ? list[0] : undefined)

/** An edit is of one source, so its number is enough. */
const ownerOf = (kept: readonly KeptSource[], which: string | undefined): KeptSource | undefined =>
  which !== undefined && isNumber(which)
    ? kept.find((one) => one.edits.some(({ id }) => id === Number(which)))
    : undefined

const isNumber = (which: string): boolean => /^\d+$/.test(which)

/** The text that is named, and the name for messages. */
export function readKept(
  named: EditsName,
  now: number,
): { readonly name: string; readonly source: string; readonly text: string } {
  const { path, which } = named
  const kept = keptEdits(named)
  const name = `edits:${path}#${kept.source}`
  const { edit, text } = wanted(kept, name, which, now)
  const found = `${name}@${edit?.id ?? 0}`
  if (text !== undefined) return { name: found, source: kept.source, text }
  throw new LiveflagError('LIVEFLAG_BAD_OPTION', `${found}: ${NOT_KEPT}`)
}

/** Why a text is not there. */
export const NOT_KEPT = 'its text is not known: more changed there at once than the log keeps'

function wanted(kept: KeptSource, name: string, which: string | undefined, now: number): KeptText {
  const isIt = finder(which, now)
  for (const one of kept.texts()) if (isIt(one)) return one
  const ids = kept.edits.map(({ id }) => id)
  const those = ids.length === 0 ? 'none' : `edit${ids.length === 1 ? '' : 's'} ${rangesOf(ids)}`
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `${name} has no edit ${which ?? ''}; it has ${those}, and 0 is the text before them`,
  )
}

function finder(which: string | undefined, now: number): (one: KeptText) => boolean {
  if (which === undefined) return () => true
  if (isNumber(which)) return ({ edit }) => (edit?.id ?? 0) === Number(which)
  const then = momentOf('@', which, now)
  return ({ edit }) => edit === undefined || edit.at <= then
}
