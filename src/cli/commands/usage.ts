import { readCode } from '../../codemod/files'
import { type Usage, usagesOf } from '../../codemod/usage'
import { counted, Output, printable } from '../output'
import { table } from '../table'
import { type ExitCode, OK, type Terminal } from '../terminal'

export interface UsageFlags {
  readonly json?: boolean
  readonly feature?: string
  /** Names, with commas between them. */
  readonly asks?: string
}

/** `liveflag usage`: every place of the code that asks for a feature. */
export async function usage(
  sources: readonly string[],
  flags: UsageFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const output = new Output(terminal)
  const files = await readCode(sources)
  const wanted = flags.feature?.replace(/^feature_/, '')
  const all = usagesOf(files, namesOf(flags.asks))
  const found = all.filter(({ feature }) => wanted === undefined || feature === wanted)
  if (flags.json) output.document({ files: files.length, usages: found })
  else report(found, files.length, output)
  return OK
}

/** The functions that `--asks isOn,flag` names. */
export const namesOf = (list: string | undefined): readonly string[] =>
  (list ?? '').split(',').flatMap((name) => name.trim() || [])

function report(found: readonly Usage[], files: number, output: Output): void {
  const sorted = found.toSorted(
    (a, b) => Number(a.feature === null) - Number(b.feature === null) || byFeature(a, b),
  )
  output.lines(
    table(
      sorted.map(({ feature, file, line, column, method, variants, inTest }) => [
        printable(feature ?? nameless(method)),
        printable(`${file}:${line}:${column}`),
        [method, ...variants.map((variant) => JSON.stringify(variant))].join(' '),
        inTest ? 'test' : '',
      ]),
      [0, 1, 2, 3],
    ),
  )
  const features = new Set(found.flatMap(({ feature }) => feature ?? []))
  if (found.length > 0) output.line()
  output.line(
    output.paint.bold(
      `${counted(found.length, 'place')} of ${counted(features.size, 'feature')} in ${counted(files, 'file')}`,
    ),
  )
}

const nameless = (method: string): string => (method === 'allEnabled' ? '(all)' : '(dynamic)')

const byFeature = (a: Usage, b: Usage): number => {
  const [one, other] = [a.feature ?? '', b.feature ?? '']
  return one < other ? -1 : one > other ? 1 : 0
}
