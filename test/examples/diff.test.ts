/** The workflow that says on a pull request who changes: its command runs as it stands there. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { liveflag } from '../cli/captured-terminal'
import { root } from '../house/files'
import { gitRepo } from '../support/git-repo'

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>
  readonly jobs: {
    readonly diff: { readonly steps: readonly { readonly id?: string; readonly run?: string }[] }
  }
}

const example = (name: string): string => readFileSync(join(root, 'examples/diff', name), 'utf8')

test('the command of the workflow prints the comment, and fails when somebody loses', async () => {
  const workflow = parse(example('who-changes.yml')) as Workflow
  expect(workflow.permissions['pull-requests']).toBe('write')
  const { run = '' } = workflow.jobs.diff.steps.find(({ id }) => id === 'diff') ?? {}
  const [, command = '', file] = /^npx liveflag (.*) > (\S+)$/.exec(run) ?? []
  expect(workflow.jobs.diff.steps.some((step) => step.run?.includes(`--body-file ${file}`))).toBe(
    true,
  )
  const repo = gitRepo()
  repo.commit('live.yaml', example('before.yaml'), 'one')
  repo.write('live.yaml', example('after.yaml'))
  const args = command
    .replace('"$BASE"', 'HEAD')
    .replace('config/live.yaml', repo.path('live.yaml'))
    .split(' ')
  const { code, out, err } = await liveflag(args)
  expect({ code, err }).toEqual({ code: 1, err: 'liveflag: not allowed: lose, switch\n' })
  expect(out).toContain('| `search_v2` | `signed in` | gain it: `off` → `on` | 15 % |')
})
