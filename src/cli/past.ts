import { LiveflagError } from '../core/errors'
import { isStoreUrl, openKeyStore } from '../sources/open-key-store'
import { entryOf, generationNamed, oldestOf, publishedIn } from './generations'
import { type Edit, editsOf } from './git'
import { editsNamed, keptEdits, NOT_KEPT } from './server-edits'
import { isUrl, shownPath } from './sources'
import type { Terminal } from './terminal'
import { openEdit, openTextOf, openVersion, type Version, type VersionReading } from './versions'

/** A text that a live config had, and who made it so. */
export interface PastText {
  /** As JSON prints it; null: nobody that is known. */
  readonly edit: object | null
  /** Milliseconds since 1970; undefined: before everything else. */
  readonly at: number | undefined
  /** In one line: which, when, by whom, why. */
  readonly words: readonly string[]
  /** The command that shows it. */
  readonly show?: string
  /** Why its text is not known, and neither is any before it. */
  readonly unknown?: string
  open(reading: VersionReading): Promise<Version>
}

/** What a live config was. */
export interface Past {
  /** For messages. */
  readonly name: string
  /** The newest first; each is made as it is asked for. */
  readonly texts: Iterable<PastText>
  readonly count: number
  /** The newest text, in whichever of them it is. */
  openNewest(reading: VersionReading): Promise<Version>
  /** What is said of a newest text that is in none of them. */
  readonly newestWords: string
  readonly remarks: readonly string[]
  /** Why there is no text at all. */
  readonly whyNone: string
  /** Why there is no text of a time. */
  missing(then: string): string
  close(): Promise<void>
}

/** The history that FILE names: of a path in git, of a store, or of a server's log of edits. */
export async function openPast(path: string, { stdin }: Terminal): Promise<Past> {
  const edits = editsNamed(path)
  if (edits) {
    refuseWhich(edits.which)
    return pastOfEdits(edits, stdin)
  }
  refuseWhich(generationNamed(path)?.which)
  if (isStoreUrl(path)) return pastOfStore(path, stdin)
  if (isUrl(path))
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `${shownPath(path)} has no history that could be read; name a path in git, a store such as redis://host/0?key=live, edits:liveflag.db or store:records.db`,
    )
  return pastInGit(path, stdin)
}

function refuseWhich(which: string | undefined): void {
  if (which !== undefined)
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `the whole history is looked at; leave out @${which}`,
    )
}

async function pastInGit(path: string, stdin: Terminal['stdin']): Promise<Past> {
  // All of it: git follows a file to its earlier names only from its newest commit on.
  const edits = await editsOf(path)
  return {
    name: path,
    whyNone: 'no commit of this branch has it',
    missing: (then) =>
      `${path} was not there at ${then}: no commit of this branch until then has it`,
    texts: edits.map((edit) => committed(path, edit)),
    count: edits.length,
    openNewest: (reading) => openVersion(path, reading, stdin),
    newestWords: 'not committed',
    remarks: [],
    close: async () => undefined,
  }
}

/** The text that a commit left. */
const committed = (path: string, edit: Edit): PastText => ({
  edit,
  at: Date.parse(edit.at),
  words: [edit.commit.slice(0, 12), edit.at, edit.author, edit.subject],
  show: `git show ${edit.commit.slice(0, 12)} -- ${edit.path}`,
  open: (reading) => openEdit(path, edit, reading),
})

async function pastOfStore(url: string, stdin: Terminal['stdin']): Promise<Past> {
  const store = openKeyStore(url)
  const close = (): Promise<void> => store.close()
  try {
    const { name, generations, remarks } = await publishedIn(store)
    const texts = generations.map(({ generation, at, by, reason, kind }): PastText => {
      const when = new Date(at).toISOString()
      return {
        edit: { generation, at: when, by, reason, kind },
        at,
        words: [`generation ${generation}`, when, ...whoAndWhy(by, reason, kind === 'outside')],
        show: `liveflag history ${name} ${generation}`,
        open: async (reading) => {
          const { text } = await entryOf(store, generation)
          const opened = `${name}@${generation}`
          return { name: opened, ...(await openTextOf(opened, text, name, reading)) }
        },
      }
    })
    const openNewest = (reading: VersionReading): Promise<Version> =>
      openVersion(url, reading, stdin)
    const newestWords = 'written by another tool, and not published'
    const missing = (then: string): string =>
      `${name} has no generation of ${then}: ${oldestOf(generations)}`
    const whyNone = 'nothing was published there with liveflag'
    const count = texts.length
    return { name, texts, count, openNewest, newestWords, remarks, whyNone, missing, close }
  } catch (error) {
    await close()
    throw error
  }
}

const whoAndWhy = (
  by: string | null,
  reason: string | null,
  isOutside: boolean,
): readonly string[] => [
  by ?? 'nobody that is known',
  ...(isOutside ? ['written by another tool'] : []),
  ...(reason === null || reason === '' ? [] : [reason]),
]

function pastOfEdits(named: Parameters<typeof keptEdits>[0], stdin: Terminal['stdin']): Past {
  const kept = keptEdits(named)
  const name = `edits:${named.path}#${kept.source}`
  return {
    name,
    texts: { [Symbol.iterator]: () => textsOf(kept, name) },
    count: kept.edits.length + 1,
    openNewest: (reading) => openVersion(name, reading, stdin),
    newestWords: 'not in the log',
    remarks: [],
    whyNone: 'the server has seen no text',
    missing: (then) => `${name} has no text of ${then}`,
    close: async () => undefined,
  }
}

function* textsOf(kept: ReturnType<typeof keptEdits>, name: string): Generator<PastText> {
  for (const { edit, text } of kept.texts()) {
    const opened = `${name}@${edit?.id ?? 0}`
    const { id, at, by = null, reason = null, kind } = edit ?? {}
    const when = at === undefined ? undefined : new Date(at).toISOString()
    yield {
      edit: edit ? { edit: id, at: when, by, reason, kind } : null,
      at,
      words: when
        ? [`edit ${id ?? 0}`, when, ...whoAndWhy(by, reason, kind === 'outside')]
        : ['before the first edit that the server saw'],
      ...(text === undefined && { unknown: NOT_KEPT }),
      open: async (reading) => {
        if (text === undefined)
          throw new LiveflagError('LIVEFLAG_BAD_OPTION', `${opened}: ${NOT_KEPT}`)
        return { name: opened, ...(await openTextOf(opened, text, kept.source, reading)) }
      },
    }
  }
}
