import { codeOf, LiveflagError, messageOf } from '../core/errors'

/**
 * Loads a package that users install only when they need it. `load` is `() => require('name')`,
 * written out, so that bundlers and the import test see the name.
 *
 * @param neededBy what the application called, for the message: `sqliteStore`
 * @param install what `npm install` is to be given. Default the package's name
 * @throws {LiveflagError} LIVEFLAG_MISSING_PACKAGE, when the package is not installed or fails to
 * load; the cause is kept
 */
export function loadOptional<T>(neededBy: string, name: string, load: () => T, install = name): T {
  try {
    return load()
  } catch (cause) {
    const problem = isNotInstalled(name, cause)
      ? `which is not installed; run npm install ${install}`
      : `which is installed but failed to load (${firstLine(messageOf(cause))}); install it anew for this version of Node: npm install ${install}`
    throw new LiveflagError(
      'LIVEFLAG_MISSING_PACKAGE',
      `${neededBy} needs the package ${name}, ${problem}`,
      { cause },
    )
  }
}

/** The package itself is meant, or a path in it: an installed package may lack another one that it needs. */
const isNotInstalled = (name: string, cause: unknown): boolean =>
  ['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'].includes(codeOf(cause)) &&
  [`'${name}'`, `'${name}/`].some((written) => messageOf(cause).includes(written))

/** Node appends the whole chain of `require` calls. */
const firstLine = (message: string): string => message.split('\n', 1).join('')
