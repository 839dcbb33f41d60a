import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, extname, isAbsolute, join } from 'node:path'
import { codeOf, LiveflagError, reasonOf } from '../../core/errors'
import { Output } from '../output'
import { appPath, type PlannedFile, plannedFiles } from '../setup/files'
import { readProject } from '../setup/project'
import { type Style, styleOf } from '../setup/style'
import { type ExitCode, OK, type Terminal } from '../terminal'

export interface InitFlags {
  readonly dryRun?: boolean
  readonly liveFile?: string
  readonly json?: boolean
}

type State = 'written' | 'changed' | 'kept'

const ADD: Readonly<Record<Style['packageManager'], string>> = {
  npm: 'npm install liveflag',
  pnpm: 'pnpm add liveflag',
  yarn: 'yarn add liveflag',
  bun: 'bun add liveflag',
}

const RUN: Readonly<Record<Style['packageManager'], string>> = {
  npm: 'npm run',
  pnpm: 'pnpm',
  yarn: 'yarn',
  bun: 'bun run',
}

/**
 * `liveflag init`: puts a live config, the code that opens it, a test and a script into an
 * application. A file that is there stays as it is, so a second run does nothing.
 */
export async function init(
  dir: string | undefined,
  flags: InitFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const liveFile = checkedLiveFile(flags.liveFile ?? 'config/live.yaml')
  const project = await readProject(dir ?? '.')
  const style = styleOf(project)
  const files = plannedFiles(project, style, liveFile).map((file) => {
    const state: State = file.changes ? 'changed' : project.has(file.path) ? 'kept' : 'written'
    return { ...file, state }
  })
  if (!flags.dryRun)
    for (const file of files) if (file.state !== 'kept') await write(project.dir, file)
  const output = new Output(terminal)
  const next = nextSteps(style, project.dependencies.has('liveflag'), liveFile)
  if (flags.json) {
    output.document({
      found: foundIn(style),
      files: files.map(({ changes: _, ...file }) => file),
      next,
    })
    return OK
  }
  report(style, files, flags.dryRun ?? false, output)
  output.line()
  output.line(output.paint.bold('Next:'))
  output.lines(
    next.map((step, n) => `${String(n + 1).padStart(3)}. ${step.replaceAll('\n', '\n       ')}`),
  )
  return OK
}

function checkedLiveFile(path: string): string {
  const fits =
    ['.yaml', '.yml'].includes(extname(path)) && !isAbsolute(path) && !path.includes('..')
  if (fits) return path.replace(/^\.\//, '')
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `--live-file is ${JSON.stringify(path)}; give a path within the project that ends with .yaml`,
  )
}

async function write(dir: string, { path, text, changes = false }: PlannedFile): Promise<void> {
  try {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    // A file that somebody else has written meanwhile is not overwritten.
    await writeFile(join(dir, path), text, { flag: changes ? 'w' : 'wx' })
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `${join(dir, path)} cannot be written: ${reasonOf(error)}`,
      { cause: error },
    )
  }
}

const foundIn = ({
  framework,
  engines,
  isTypeScript,
  isModule,
  packageManager,
  runner,
}: Style) => ({
  framework: framework.name,
  engines: engines.map(({ name }) => name),
  language: isTypeScript ? 'TypeScript' : 'JavaScript',
  modules: isModule ? 'ES modules' : 'CommonJS',
  packageManager,
  runner: runner === 'node' ? 'node:test' : runner,
})

function report(
  style: Style,
  files: readonly (PlannedFile & { readonly state: State })[],
  isDry: boolean,
  output: Output,
): void {
  const { framework, engines, language, modules, packageManager, runner } = foundIn(style)
  const found = [framework, ...engines, language, modules, packageManager, runner].join(', ')
  output.line(`${output.paint.bold('Found:')} ${found}`)
  output.line()
  for (const { path, state, text } of files) {
    const wouldBe = isDry && state !== 'kept' ? `would be ${state}` : state
    output.line(
      `${output.paint.bold(path)}  ${wouldBe}${state === 'kept' ? ', it is there already' : ''}`,
    )
    if (isDry && state !== 'kept')
      output.lines(
        text
          .trimEnd()
          .split('\n')
          .map((line) => `  │ ${line}`),
      )
  }
}

function nextSteps(style: Style, isInstalled: boolean, liveFile: string): readonly string[] {
  const { framework, engines } = style
  const isOpenedThere = framework.needs === 'next' || framework.requestType !== undefined
  const imported = isOpenedThere ? 'visitorFeatures' : 'openLiveConfig, visitorFeatures'
  return [
    ...(isInstalled ? [] : [ADD[style.packageManager]]),
    [
      `Ask for ${imported} of ${appPath(style)}, where the application is put together:`,
      ...framework.wiring,
    ].join('\n'),
    `Say there who a visitor is: the comments in ${appPath(style)} show how.`,
    `Ask where it matters: ${framework.asks}`,
    ...engines.map(({ name, asks }) => `In ${name}: ${asks}  (docs/templates/)`),
    `Switch it on: write "enabled: on" in ${liveFile}, and save.`,
    ...(style.isTypeScript
      ? [
          `After each edit of ${liveFile}, write its types: ${RUN[style.packageManager]} features:types`,
        ]
      : []),
    'Examine the whole: npx liveflag doctor',
  ]
}
