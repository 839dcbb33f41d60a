import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { codeOf, LiveflagError, messageOf } from '../../core/errors'
import type { Problem } from '../../core/problem'
import { declarationsOf } from '../../export/declarations'
import { manifestOf } from '../../export/manifest'
import { typedFeatures } from '../../live-config/typed-features'
import { problemText, type Reading, readTexts } from '../live-config-file'
import { counted, Output } from '../output'
import { isUrl, shownUrl } from '../sources'
import { type ExitCode, OK, PROBLEMS, type Terminal } from '../terminal'
import { followChanges } from './follow-changes'

export interface TypesFlags extends Reading {
  readonly out?: string
  readonly manifest?: string
  readonly watch?: boolean
  readonly check?: boolean
}

/** A file that the command writes, and the text that belongs in it. */
interface Generated {
  readonly path: string
  readonly text: string
}

/**
 * `liveflag types`: writes the names, variants and values of a live config as types for the
 * compiler. A live config with errors leaves the files as they are.
 */
export async function types(
  path: string,
  flags: TypesFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const { out, manifest, check: isCheck, watch } = flags
  if ((isCheck || watch) && out === undefined && manifest === undefined)
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `--${isCheck ? 'check' : 'watch'} needs a file; name it by --out or --manifest`,
    )
  if (isCheck && watch)
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', '--check reads once; leave out --watch')
  const output = new Output(terminal)
  if (!watch) return once(path, flags, terminal, output)
  await followChanges(path, flags, terminal, {
    changed: async () => void (await once(path, flags, terminal, output)),
    failed: ({ message }) => output.complain(message),
  })
  return OK
}

async function once(
  path: string,
  flags: TypesFlags,
  terminal: Terminal,
  output: Output,
): Promise<ExitCode> {
  const read = await readTexts(path, flags, terminal.stdin)
  const texts = read.texts.map(({ name, text, format }) => ({ text, format, source: name }))
  const { features, problems } = typedFeatures(texts, flags.compat ?? 'liveflag')
  if (report([...read.problems, ...problems], output)) return PROBLEMS
  const { out, manifest } = flags
  const generated: Generated[] = []
  if (out !== undefined)
    generated.push({ path: out, text: declarationsOf(features, pathFrom(out, path)) })
  if (manifest !== undefined) {
    const written = manifestOf(features)
    for (const { name, reason } of written.leftOut)
      output.complain(`feature_${name} is not in the manifest: ${reason}`)
    generated.push({
      path: manifest,
      text: `${JSON.stringify(written.manifest, undefined, 2)}\n`,
    })
  }
  if (generated.length === 0)
    terminal.stdout.write(declarationsOf(features, path === '-' ? 'stdin' : path))
  const what = counted(features.length, 'feature')
  for (const one of generated) {
    const isCurrent = (await present(one.path)) === one.text
    if (flags.check && !isCurrent) {
      output.complain(
        `${one.path} is out of date; run liveflag types without --check and commit what it writes`,
      )
      return PROBLEMS
    }
    if (!isCurrent) await write(one)
    if (!flags.check) output.line(`${one.path}: ${what}${isCurrent ? ', as before' : ''}`)
  }
  return OK
}

/** Whether there are problems: they are printed, and nothing is written. */
function report(problems: readonly Problem[], output: Output): boolean {
  for (const problem of problems) output.complain(problemText(problem))
  if (problems.length === 0) return false
  output.complain(
    `${counted(problems.length, 'problem')}, so no types are written; what is there stays as it is`,
  )
  return true
}

/** From a generated file to the live config, whatever the working directory is. */
function pathFrom(out: string, path: string): string {
  if (path === '-') return 'stdin'
  return isUrl(path)
    ? shownUrl(path)
    : relative(dirname(resolve(out)), resolve(path))
        .split(sep)
        .join('/')
}

async function present(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw unwritable(path, error)
  }
}

/** A compiler that watches sees the old file or the new one, never half of one. */
async function write({ path, text }: Generated): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`)
  try {
    await writeFile(temporary, text)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw unwritable(path, error)
  }
}

const unwritable = (path: string, cause: unknown): LiveflagError =>
  new LiveflagError('LIVEFLAG_BAD_OPTION', `${path} cannot be written: ${messageOf(cause)}`, {
    cause,
  })
