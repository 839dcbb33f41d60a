/** Copies of a file that other programs leave beside it, under a name that is live config, too. */

/** How a kind of copy is named. */
interface CopyName {
  /** What makes such copies. */
  readonly made: string
  /** Of the name without its extension. The group `original`, if any, is the name of the original. */
  readonly pattern: RegExp
}

/** Nobody gives a file of their own such a name. */
const CERTAIN: readonly CopyName[] = [
  { made: 'Syncthing', pattern: /\.sync-conflict-\d{8}-\d{6}/ },
  {
    made: 'Dropbox, Nextcloud or another file synchroniser',
    pattern:
      /\((?:.* )?(?:SF)?(?:conflict(?:ed)?(?: copy)?|case conflict|copie en conflit|in konflikt stehende kopie|copia en conflicto)\b.*\)/i,
  },
  { made: 'a file synchroniser', pattern: /[._-]conflict(?:[._-]?\d[\d_.-]*)?$/i },
  { made: 'git mergetool', pattern: /_(?:BACKUP|BASE|LOCAL|REMOTE)_\d+$/ },
  { made: 'Microsoft Office', pattern: /^~\$/ },
  { made: 'an editor', pattern: /^~|~$|^#|^\d*\.tmp$/ },
  { made: 'Windows', pattern: /^desktop$/i },
]

/** Somebody may mean such a name, so it is a copy only where its original is beside it. */
const BESIDE_ORIGINAL: readonly CopyName[] = [
  { made: 'Finder', pattern: /^(?<original>.+) copy(?: \d+)?$/ },
  { made: 'Finder, iCloud or a browser', pattern: /^(?<original>.+?) ?(?: \d{1,2}|\(\d{1,2}\))$/ },
  { made: 'Windows', pattern: /^(?<original>.+) [-–] (?:Copy|Kopie|Copie|Copia)(?: \(\d+\))?$/ },
  { made: 'a file manager', pattern: /^(?:Copy of|Kopie von|Copie de|Copia de) (?<original>.+)$/ },
  {
    made: 'a file manager',
    pattern: /^(?<original>.+) \((?:\d+(?:st|nd|rd|th) |another )?copy(?: \d+)?\)$/,
  },
  {
    made: 'a file manager',
    pattern:
      /^(?<original>.+) \((?:\d+\. |otra |andere |autre )?(?:Kopie|copie|copia|kopia|kopie|cópia)(?: \d+)?\)$/i,
  },
  {
    made: 'Finder',
    pattern: /^(?<original>.+) (?:Kopie|copie|copia|kopia|kopie|cópia)(?: \d+)?$/i,
  },
  {
    made: 'OneDrive',
    pattern: /^(?<original>.+)-(?:DESKTOP|LAPTOP|MACBOOK|WIN|PC)-?[A-Z0-9-]*$/i,
  },
  {
    made: 'an editor',
    pattern: /^(?<original>.+)[._-](?:bak|backup|orig|old|save|rej|mine|theirs)$/i,
  },
]

/** A copy and what made it. */
export interface ConflictCopy {
  readonly name: string
  readonly made: string
}

/** Beside a file of live config, under a name that is none: nothing reads it. */
const LEFT_BEHIND =
  /^(?:\.?#|\.~lock\.|\.)?.+\.(?:ya?ml|json|ini)(?:~|#|\.~\d+~|[. _-]\(?(?:orig|rej|bak|backup|old|save|te?mp|sw[a-p]|mine|theirs|r\d+|(?:.* )?conflict.*)\)?)$|^\.#.+\.(?:ya?ml|json|ini)$/i

/** What editors and merges left in a directory, under names that no source reads. */
export const leftBehind = (names: readonly string[]): readonly ConflictCopy[] =>
  names
    .filter((name) => LEFT_BEHIND.test(name))
    .map((name) => ({ name, made: 'an editor or a merge' }))

/** The copies among the names of one directory, in the order of the names. */
export function conflictCopies(names: readonly string[]): readonly ConflictCopy[] {
  const there = new Set(names.map((name) => name.toLowerCase()))
  return names.flatMap((name) => {
    const made = makerOf(name, there)
    return made === undefined ? [] : [{ name, made }]
  })
}

function makerOf(name: string, there: ReadonlySet<string>): string | undefined {
  const dot = name.lastIndexOf('.')
  const [stem, extension] = [name.slice(0, dot), name.slice(dot).toLowerCase()]
  const certain = CERTAIN.find(({ pattern }) => pattern.test(stem))
  if (certain) return certain.made
  return BESIDE_ORIGINAL.find(({ pattern }) => {
    const original = pattern.exec(stem)?.groups?.['original']
    return original !== undefined && there.has(`${original.toLowerCase()}${extension}`)
  })?.made
}
