import { existsSync, realpathSync } from 'node:fs'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { LiveflagError } from '../../core/errors'
import type { Z } from './tool'

/** What several tools are given. Every text is bounded: it comes from a model. */
export const featureInput = (z: Z) =>
  z.string().min(1).max(200).describe('the name of a feature, with or without feature_')

export const visitorInput = (z: Z) =>
  z
    .record(z.string().max(200), z.unknown())
    .optional()
    .describe(
      'who asks, such as {"user": {"id": "t2_beef", "name": "gary"}, "attributes": {"country": "NZ"}}; left out: a visitor who is not signed in',
    )

/** A path below the root, links followed; anything else is none of an agent's business. */
export function within(root: string, path: string): string {
  const whole = resolve(root, path)
  const real = existsSync(whole) ? realpathSync(whole) : whole
  const way = relative(realpathSync(root), real)
  if (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)) return whole
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `${JSON.stringify(path)} is outside the project; give paths below it`,
  )
}

/** Without a project, all of a disk would be read. */
export function projectIn(root: string): string {
  if (['package.json', '.git', 'tsconfig.json'].some((name) => existsSync(join(root, name))))
    return '.'
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    'the directory that liveflag mcp runs in is no project (no package.json); give paths',
  )
}
