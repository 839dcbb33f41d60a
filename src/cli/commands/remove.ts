import { readCode } from '../../codemod/files'
import { type ChangedFile, type LeftPlace, type Removal, removal } from '../../codemod/removal'
import { LiveflagError } from '../../core/errors'
import { editText, readText } from '../../editing/edit-text'
import { diffOf, painted, writeAll } from '../changed-files'
import { problemText, type Reading, readTexts, whyUnread } from '../live-config-file'
import { counted, Output, printable } from '../output'
import { isUrl } from '../sources'
import { type ExitCode, OK, PROBLEMS, type Terminal } from '../terminal'
import { namesOf } from './usage'

export interface RemoveFlags extends Reading {
  /** `on`, `off`, or a variant. */
  readonly as: string
  readonly write?: boolean
  readonly force?: boolean
  readonly json?: boolean
  readonly asks?: string
}

/**
 * `liveflag remove`: takes a feature out of the code and out of the live config. Without `--write`
 * it only prints what would change.
 */
export async function remove(
  name: string,
  path: string,
  sources: readonly string[],
  flags: RemoveFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const output = new Output(terminal)
  const feature = name.replace(/^feature_/, '')
  const files = await readCode(sources)
  const code = removal(files, feature, flags.as, namesOf(flags.asks))
  const config = await configWithout(feature, path, flags, terminal)
  const mayStay = code.left.filter(({ isCertain }) => isCertain || flags.as !== 'off')
  const isEntryLeft = mayStay.length > 0 && !flags.force
  const changed = isEntryLeft ? code.changed : [...code.changed, ...config]
  if (flags.write) await writeAll(changed)
  if (flags.json) output.document({ ...printed(code, changed), written: flags.write === true })
  else report(feature, code, changed, isEntryLeft && config.length > 0, flags, output)
  return code.left.some(({ isCertain }) => isCertain) ? PROBLEMS : OK
}

/** The live config without the entry; empty when it has none. */
async function configWithout(
  feature: string,
  path: string,
  flags: RemoveFlags,
  terminal: Terminal,
): Promise<readonly ChangedFile[]> {
  if (path === '-' || isUrl(path))
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `FILE is ${path === '-' ? 'stdin' : 'a URL'}, which cannot be written; give a path`,
    )
  const { texts, problems } = await readTexts(path, flags, terminal.stdin)
  // An entry that is in a torn text would stay, and nobody would ask for it any more.
  const [unread] = [...problems.map(problemText), ...texts.flatMap(whyUnread)]
  if (unread !== undefined) throw new LiveflagError('LIVEFLAG_NO_CONFIG', unread)
  return texts.flatMap(({ name, text, format }) =>
    readText(text, format).count(feature) === 0
      ? []
      : [
          {
            path: name,
            before: text,
            after: editText(text, format, [{ kind: 'delete', feature }]),
          },
        ],
  )
}

const printed = ({ left, unimported }: Removal, changed: readonly ChangedFile[]): object => ({
  changed: changed.map(({ path, before, after }) => ({
    file: path,
    diff: diffOf(path, before, after),
  })),
  left,
  unimported,
})

function report(
  feature: string,
  { left, unimported }: Removal,
  changed: readonly ChangedFile[],
  isEntryLeft: boolean,
  flags: RemoveFlags,
  output: Output,
): void {
  for (const { path, before, after } of changed)
    output.lines(painted(diffOf(path, before, after), output))
  for (const place of left) output.line(leftLine(place, output))
  for (const file of unimported)
    output.line(
      `${printable(file)}: nothing imports it any more; delete it if nothing else uses it`,
    )
  if (isEntryLeft)
    output.line(
      `feature_${printable(feature)} stays in the live config, because of the places above; replace them and run this again, or add --force`,
    )
  const files = counted(changed.length, 'file')
  output.line(
    output.paint.bold(
      changed.length === 0
        ? 'nothing to change'
        : flags.write
          ? `${files} changed`
          : `${files} would change; add --write to change them`,
    ),
  )
}

const leftLine = ({ file, line, column, why, isCertain }: LeftPlace, { paint }: Output): string =>
  `${paint.bold(printable(`${file}:${line}:${column}`))}  ${isCertain ? paint.red('left') : paint.yellow('may ask')}  ${printable(why)}`
