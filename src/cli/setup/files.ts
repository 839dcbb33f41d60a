import { posix } from 'node:path'
import { applyEdits, modify } from 'jsonc-parser'
import { isJsonObject, own } from '../../core/json'
import { declarationsOf } from '../../export/declarations'
import { typedFeatures } from '../../live-config/typed-features'
import { appFile, inModuleStyle } from './app-file'
import type { Project } from './project'
import type { Style } from './style'

/** A file that `liveflag init` writes. */
export interface PlannedFile {
  readonly path: string
  readonly text: string
  /** `package.json` alone is changed when it is there: the scripts are added to it. */
  readonly changes?: boolean
}

/** Everything that is missing in a project, in the order in which a reader needs it. */
export function plannedFiles(
  project: Project,
  style: Style,
  liveFile: string,
): readonly PlannedFile[] {
  const manifest = withScripts(project, style, liveFile)
  return [
    { path: liveFile, text: liveConfig(liveFile) },
    { path: appPath(style), text: appFile(style, liveFile) },
    ...(style.isTypeScript ? [typesFile(style, liveFile)] : []),
    testFile(style, liveFile),
    ...(manifest === project.manifestText
      ? []
      : [{ path: 'package.json', text: manifest, changes: true }]),
  ]
}

/** Where the file that opens the live config is. */
export const appPath = (style: Style): string =>
  `${style.code}features.${style.isTypeScript ? 'ts' : style.framework.needs === 'next' && !style.isModule ? 'mjs' : 'js'}`

/** The schema of the installed package, as seen from a file of the project. */
export const schemaFrom = (path: string): string =>
  posix.relative(posix.dirname(path), 'node_modules/liveflag/config/live-config.schema.json')

/** What a text of this syntax begins with, so that editors find the schema. */
export const modelineOf = (path: string): string =>
  `# yaml-language-server: $schema=${schemaFrom(path)}`

const liveConfig = (path: string): string => `${modelineOf(path)}
#
# Every feature of this application. Save the file, and the change is in force: no restart.
# Each name in code is \`feature_\` and that name here. All selectors: docs/selectors.md.

feature_welcome_banner:
  description: A first feature, to see that it works. Remove it when there is another.
  owner: you
  # Off for everybody. Write \`on\` for everybody, or replace the line by one or more of those below.
  enabled: off
  #
  # For some by name, and for everybody who works here:
  # users: [gary]
  # employee: true
  #
  # For a share of those who are signed in: who is in stays in when it grows.
  # percent_loggedin: 10
`

/** Where the types of the features are. `features.d.ts` would be hidden by `features.ts`. */
const typesPath = (style: Style): string => `${style.code}feature-types.d.ts`

/** What `liveflag types` will write again after an edit. */
function typesFile(style: Style, liveFile: string): PlannedFile {
  const path = typesPath(style)
  const texts = [{ text: liveConfig(liveFile), format: 'yaml', source: liveFile } as const]
  const { features } = typedFeatures(texts, 'liveflag')
  return { path, text: declarationsOf(features, posix.relative(posix.dirname(path), liveFile)) }
}

/** The scripts, by name. */
function scriptsOf(style: Style, liveFile: string): Readonly<Record<string, string>> {
  const check = `liveflag check ${liveFile}`
  if (!style.isTypeScript) return { 'features:check': check }
  const types = `liveflag types ${liveFile} --out ${typesPath(style)}`
  return { 'features:check': `${check} && ${types} --check`, 'features:types': types }
}

const TESTED = 'the live config has no problems'

function testFile(style: Style, liveFile: string): PlannedFile {
  const { runner, isTypeScript, isModule } = style
  const own = ["import { readFileSync } from 'node:fs'", "import { checkText } from 'liveflag'"]
  const body = (assertion: string): readonly string[] => [
    '',
    `${runner === 'mocha' ? 'it' : 'test'}('${TESTED}', () => {`,
    `  const { problems } = checkText(readFileSync('${liveFile}', 'utf8'))`,
    `  ${assertion}`,
    '})',
  ]
  if (runner === 'vitest' || runner === 'jest') {
    // Vitest reads every test as an ES module.
    const lines = [
      ...own,
      ...(runner === 'vitest' ? ["import { expect, test } from 'vitest'"] : []),
      ...body('expect(problems).toEqual([])'),
    ]
    const ending = isTypeScript ? 'ts' : 'js'
    return {
      path: `test/features.test.${ending}`,
      text: joined(runner === 'vitest' ? lines : inModuleStyle(lines, style)),
    }
  }
  // Node runs no TypeScript by itself in every version that liveflag supports.
  const isPlain = runner === 'node' && !isModule
  const lines = [
    "import assert from 'node:assert/strict'",
    ...(runner === 'node' ? ["import { test } from 'node:test'"] : []),
    ...own,
    ...body('assert.deepEqual(problems, [])'),
  ]
  return {
    path: `test/features.test.${isPlain || runner === 'mocha' ? 'mjs' : 'js'}`,
    text: joined(lines),
  }
}

const joined = (lines: readonly string[]): string => `${lines.join('\n')}\n`

/** The text of package.json with the scripts that it lacks; every other character stays. */
function withScripts({ manifest, manifestText }: Project, style: Style, liveFile: string): string {
  const scripts = own(manifest, 'scripts')
  const wanted = scriptsOf(style, liveFile)
  const indent = /^([ \t]+)"/m.exec(manifestText)?.[1] ?? '  '
  const eol = manifestText.includes('\r\n') ? '\r\n' : '\n'
  if (scripts === undefined || !isJsonObject(scripts)) {
    const added = JSON.stringify({ scripts: wanted }, undefined, indent).slice(1, -2)
    const comma = Object.keys(manifest).length > 0 ? ',' : ''
    return manifestText.replace(
      /\s*\}\s*$/,
      (end) => comma + added.replaceAll('\n', eol) + (end.startsWith('}') ? eol + end : end),
    )
  }
  const formattingOptions = { insertSpaces: !indent.startsWith('\t'), tabSize: indent.length, eol }
  return Object.entries(wanted).reduce(
    (text, [name, command]) =>
      own(scripts, name) === undefined
        ? applyEdits(text, modify(text, ['scripts', name], command, { formattingOptions }))
        : text,
    manifestText,
  )
}
