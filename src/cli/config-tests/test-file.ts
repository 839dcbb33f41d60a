import { isJsonList, isJsonObject, type JsonValue } from '../../core/json'
import type { Path, Problem } from '../../core/problem'
import { didYouMean } from '../../core/suggest'
import { type DocumentMember, readDocument } from '../../live-config/document'
import type { Text } from '../live-config-file'
import { COMMON, type ConfigTest, type KindName, KINDS, Mistake, TestReader } from './test-reader'

const NAMES = Object.keys(KINDS) as KindName[]

/** Reads a test file. A test that is not valid is a problem with its place. */
export function readTests(
  { name, text, format }: Text,
  features: readonly string[],
): { readonly tests: readonly ConfigTest[]; readonly problems: readonly Problem[] } {
  const { members, problems } = readDocument(text, format)
  const found: Problem[] = problems.map((problem) => ({ ...problem, source: name }))
  const tests: ConfigTest[] = []
  for (const member of members)
    readMember(member, features, tests, (mistake) => {
      const { code, path, message, target } = mistake
      found.push({ code, severity: 'error', message, source: name, ...member.locate(path, target) })
    })
  if (found.length === 0 && tests.length === 0)
    found.push({
      code: 'empty',
      severity: 'error',
      message: 'there are no tests; write tests: and a list',
      source: name,
    })
  return { tests, problems: found }
}

function readMember(
  member: DocumentMember,
  features: readonly string[],
  tests: ConfigTest[],
  report: (mistake: Mistake) => void,
): void {
  const { key, value } = member
  if (key !== 'tests' || !isJsonList(value))
    return report(
      new Mistake('unknown-key', [], `${JSON.stringify(key)}: write tests: and a list`, 'key'),
    )
  value.forEach((test, i) => {
    try {
      tests.push(readTest(test, [i], member, features))
    } catch (error) {
      if (!(error instanceof Mistake)) throw error
      report(error)
    }
  })
}

function readTest(
  value: JsonValue,
  path: Path,
  member: DocumentMember,
  features: readonly string[],
): ConfigTest {
  if (!isJsonObject(value))
    throw new Mistake(
      'bad-type',
      path,
      'a test is a mapping, such as {nobody: {loggedIn: false}, gets: admin_tools}',
    )
  const kind = NAMES.find((name) => Object.hasOwn(value, name))
  if (kind === undefined)
    throw new Mistake('unknown-key', path, `a test has one of the keys ${NAMES.join(', ')}`)
  const allowed: readonly string[] = [...COMMON, ...KINDS[kind]]
  const unknown = Object.keys(value).find((key) => !allowed.includes(key))
  if (unknown !== undefined) {
    const meant = didYouMean(unknown, allowed)
    const hint = meant ? `did you mean ${meant}?` : `it may have ${allowed.join(', ')}`
    throw new Mistake(
      'unknown-key',
      [...path, unknown],
      `${JSON.stringify(unknown)} is no key of a test of ${kind}; ${hint}`,
      'key',
    )
  }
  const read = new TestReader(value, path, features)
  const title = typeof value.it === 'string' ? value.it : JSON.stringify(value)
  const { line } = member.locate(path)
  const at = read.at()
  return { title, line, ...(at !== undefined && { at }), ...read.test(kind) } as ConfigTest
}
