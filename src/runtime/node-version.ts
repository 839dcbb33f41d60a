import { LiveflagError } from '../core/errors'

/** As in `engines` of package.json, which package managers only warn of. */
const OLDEST = 20

/**
 * Throws when this Node is too old. Without the check, the first method that it lacks throws
 * somewhere inside liveflag.
 *
 * @throws {LiveflagError} LIVEFLAG_OLD_NODE
 */
export function checkNodeVersion(): void {
  // Missing in a runtime that is not Node.
  const { node = '' } = process.versions as { readonly node?: string }
  if (node === '' || Number.parseInt(node, 10) >= OLDEST) return
  throw new LiveflagError(
    'LIVEFLAG_OLD_NODE',
    `liveflag needs Node ${OLDEST} or newer, and this is Node ${node}; install a newer one`,
  )
}
