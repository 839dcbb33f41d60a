/**
 * The tests mirror src/ path for path: `test/a/b.test.ts` is about `src/a/b.ts`, and so are
 * `test/a/b.topic.test.ts` and `test/a/b-topic.test.ts`, which hold one topic of it. What belongs
 * to no single file is listed here with its reason.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './files'
import { sourceFiles } from './source-tree'

const FOLDERS: Readonly<Record<string, string>> = {
  house: 'the rules of the house',
  conformance: 'published vectors, against the whole engine',
  examples: 'the programs in examples/',
  trust: 'whether figures can be trusted: simulations, and R',
}

const FILES: Readonly<Record<string, string>> = {
  'cli/directory': 'a directory where a file is expected, in every command',
  'cli/process': 'the command as a process: signals, pipes and exit codes',
  'decide/agreement': 'a decider beside the requests of its engine, and what it notices',
  'decide/answers': 'a decider as a whole: what it answers',
  'decide/cached-answers': 'a decider as a whole: when it answers from its cache',
  'decide/conflict-domains': 'a decider as a whole: experiments that exclude each other',
  'decide/deterministic-limits': 'a decider as a whole: limits without admissions',
  'decide/failing-store': 'a decider as a whole: a store that fails',
  'decide/written-decisions': 'a decider as a whole: what it writes',
  'decide/races': 'several deciders at once',
  'engine/hostile-answers': 'every question, when what the application hands over throws',
  'engine/remote-config': 'a remote config as a whole, by the table of docs/spec/remote-config.md',
  'experiments/who-moves': 'the figures of docs/experiments.md',
  'hash/documented': 'the numbers of docs/bucketing.md, of every hash',
  'fleet/interleaved': 'two publishers at one store, step by step, and some of them killed',
  'growthbook/conformance': 'published cases',
  'growthbook/differential': 'the whole evaluator beside the SDK',
  'growthbook/differential.departures': 'where the evaluator differs from the SDK on purpose',
  'growthbook/primitives-conformance': 'published cases of single functions',
  'live-config/internal-error': 'an error in the program itself, from source to question',
  'live-config/payload-problems': 'when problems of payloads are reported',
  'server/replicas.system': 'several servers behind a load balancer, over what they share',
  'recording/crash-log.system': 'processes that are killed while they record',
  'recording/write-thread': 'writers and stores together, writing in a thread',
  'server/admin/routes':
    'the routes of the dashboard as a whole: who may call them, and that OpenAPI is true',
  'sources/full-disk': 'the last good of every source, on a disk without room',
  'sources/given-servers.system': 'the stores and sources at servers that somebody else runs',
  'sources/staged-fleet.system': 'a generation that is staged, over real processes',
  'server/dashboard/attacks.browser': 'what somebody hostile tries against the page and its server',
  'server/dashboard/fleet/stores.browser':
    'pages and servers together, over one store that several of them read',
  'server/dashboard/with-a-server.browser': 'the page and the server together, down to the file',
  'sticky/stores': 'one contract for all sticky services',
  'testing/runners': 'the helpers of tests in the real runners',
  'templates/docs': 'the pages of docs/templates',
  'templates/express': 'the template engines as an Express application wires them',
  'testing/reload/kit': 'the kit as a whole, with systems that it must find wanting',
}

const ENDING = '.test.ts'
const testFiles = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith(ENDING))
  .map((path) => path.split('\\').join('/').slice(0, -ENDING.length))
const sources = new Set(sourceFiles().map(({ path }) => path.replace(/\.tsx?$/, '')))

/** `a/b-c.topic` may be about `a/b-c` or `a/b`. */
function candidates(test: string): string[] {
  const [file = ''] = test.split('.')
  const words = file.slice(file.lastIndexOf('/') + 1).split('-')
  const folder = file.slice(0, file.lastIndexOf('/') + 1)
  return words.map((_, n) => folder + words.slice(0, n + 1).join('-'))
}

const mirrorsASource = (test: string): boolean => candidates(test).some((path) => sources.has(path))
const isInAFolderOfItsOwn = (test: string): boolean => (test.split('/')[0] ?? '') in FOLDERS

test('every test file is about the file of src/ that its path names, or is listed with its reason', () => {
  const strays = testFiles.filter(
    (test) => !mirrorsASource(test) && !isInAFolderOfItsOwn(test) && !(test in FILES),
  )
  expect(strays).toEqual([])
})

test('every file of the list is there, and needs to be listed', () => {
  const listed = Object.keys(FILES)
  expect(listed.filter((test) => !testFiles.includes(test) || mirrorsASource(test))).toEqual([])
})
