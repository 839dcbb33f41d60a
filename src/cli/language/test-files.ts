import { extname } from 'node:path'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import type { Diagnostic } from 'vscode-languageserver'
import type { Format } from '../../core/source'
import { testFileSchema } from '../config-tests/schema'
import { readTests } from '../config-tests/test-file'
import { diagnosticOf } from './diagnostics'
import { entriesIn, type TextEntry } from './entries'
import type { Grammar } from './schema-walk'
import { formatOf, type Workspace } from './workspace'

const TESTS = /^[ \t]*\{?[ \t]*(["']?)tests\1\s*:/m

/** Whether a document is a test file of a live config, by its name and its key. */
export function testFormatOf(document: TextDocument): Format | undefined {
  const name = decodeURI(document.uri)
  if (!/\.test\.(?:ya?ml|json)$/.test(name) || !TESTS.test(document.getText())) return undefined
  return extname(name) === '.json' ? 'json' : 'yaml'
}

/** The list of tests, as if it were an entry: the cursor is found in it in the same way. */
export function testsIn(text: string): TextEntry | undefined {
  const found = TESTS.exec(text)
  if (found === null) return undefined
  const start = found.index + found[0].search(/["']?tests/)
  return { name: 'tests', start, keyStart: start, end: text.length }
}

export const TEST_GRAMMAR: Grammar = { schema: testFileSchema, start: '#/properties/tests' }

/** The problems of a test file as `liveflag test` has them; of names only where there is a live config. */
export async function testProblemsOf(
  document: TextDocument,
  format: Format,
  workspace: Workspace,
): Promise<Diagnostic[]> {
  const live = await workspace.liveConfig()
  const liveFormat = live && formatOf(live)
  const names =
    live && liveFormat ? entriesIn(live.getText(), liveFormat).map(({ name }) => name) : undefined
  const text = { name: '', text: document.getText(), format, layer: 0 }
  return readTests(text, names ?? [])
    .problems.filter(({ code }) => names !== undefined || code !== 'unknown-feature')
    .map((problem) => diagnosticOf(problem, document))
}
