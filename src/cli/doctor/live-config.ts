import { readFileSync } from 'node:fs'
import { readFile, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { reasonOf } from '../../core/errors'
import { checked, problemText, readTexts } from '../live-config-file'
import { counted } from '../output'
import { modelineOf } from '../setup/files'
import type { Project } from '../setup/project'
import { type Check, type Finding, ok, problem, warning } from './check'

const USUAL = ['config/live', 'config/features', 'live', 'features', 'config/flags'].flatMap(
  (path) => ['yaml', 'yml', 'json', 'ini'].map((ending) => `${path}.${ending}`),
)

/** The first path that the code opens and that is there, then the usual ones. */
export function findLiveFile({ sources, has }: Project): string | undefined {
  const OPENED = /openFeatures\(\s*\{[^}]*?source:\s*(?:\w+\()?['"]([^'"]+)['"]/g
  const opened = sources.flatMap(({ text }) =>
    [...text.matchAll(OPENED)].map(([, path = '']) => path),
  )
  return [...opened, ...USUAL].find((path) => path !== '' && !path.includes('://') && has(path))
}

export const liveConfig: Check = {
  name: 'live config',
  examine: async ({ project, liveFile, terminal }) => {
    if (liveFile === undefined)
      return [
        problem(
          'no live config found: neither one that the code opens, nor config/live.yaml',
          'give it with --live-file, or run liveflag init',
        ),
      ]
    const read = await readTexts(join(project.dir, liveFile), {}, terminal.stdin)
    const { features, problems } = checked(read, {})
    const [first] = problems
    if (first === undefined)
      return [ok(`${liveFile}: ${counted(features, 'feature')}, no problems`)]
    const isBad = problems.some(({ severity }) => severity === 'error')
    return [
      (isBad ? problem : warning)(
        `${liveFile}: ${counted(problems.length, 'problem')}; the first: ${problemText(first)}`,
        `run liveflag check ${liveFile}`,
      ),
    ]
  },
}

export const modeline: Check = {
  name: 'schema',
  examine: async ({ project, liveFile }) => {
    if (liveFile === undefined) return []
    const text = await readFile(join(project.dir, liveFile), 'utf8').catch(() => undefined)
    // A directory, whose files are each another's.
    if (text === undefined || liveFile.endsWith('.ini')) return []
    if (/yaml-language-server:\s*\$schema=|"\$schema"\s*:/.test(text))
      return [ok('the live config names its schema, so editors complete and check it')]
    const line = liveFile.endsWith('.json')
      ? '"$schema": "…/liveflag/config/live-config.schema.json"'
      : modelineOf(liveFile)
    return [
      warning(
        'the live config does not name its schema, so editors know none of its keys',
        `begin it with ${line}, or use liveflag lsp: docs/editors.md`,
      ),
    ]
  },
}

/** File systems that send no events, by the magic numbers of Linux. */
const SILENT: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB 2'],
  [0x01021997, '9p, as of WSL or a virtual machine'],
  [0x65735546, 'FUSE'],
  [0x65735543, 'FUSE'],
])
/** Below this, a development server of a bundler alone uses up what there is. */
const FEW_WATCHES = 8192
const FEW_INSTANCES = 64

export const watching: Check = {
  name: 'watching',
  examine: async ({ project, liveFile }) => {
    if (liveFile === undefined) return []
    const findings: Finding[] = []
    try {
      const { type } = await statfs(join(project.dir, liveFile))
      const silent = SILENT.get(Number(type))
      if (silent !== undefined)
        findings.push(
          warning(
            `${liveFile} is on a file system that may send no events (${silent}): edits are found by polling alone`,
            'shorten pollMs of file(path, { pollMs }), or see docs/sources.md',
          ),
        )
    } catch (error) {
      return [
        warning(
          `${liveFile} cannot be examined: ${reasonOf(error)}`,
          'give the process the right to read it',
        ),
      ]
    }
    findings.push(...inotifyLimits())
    return findings.length > 0 ? findings : [ok('edits are noticed by events, and by polling')]
  },
}

/** Linux alone has these limits. */
function inotifyLimits(): readonly Finding[] {
  const limits: readonly (readonly [string, number])[] = [
    ['max_user_watches', FEW_WATCHES],
    ['max_user_instances', FEW_INSTANCES],
  ]
  return limits.flatMap(([name, few]) => {
    const limit = numberIn(`/proc/sys/fs/inotify/${name}`)
    if (limit === undefined || limit >= few) return []
    return [
      warning(
        `fs.inotify.${name} is ${limit}: other programs may use up what there is, and then edits are found by polling alone`,
        `raise it: sysctl fs.inotify.${name}=${few * 8}`,
      ),
    ]
  })
}

function numberIn(path: string): number | undefined {
  try {
    const number = Number(readFileSync(path, 'utf8').trim())
    return Number.isFinite(number) ? number : undefined
  } catch {
    return undefined
  }
}
