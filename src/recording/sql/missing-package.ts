import { LiveflagError } from '../../core/errors'

export function missingPackage(
  asker: string,
  name: string,
  install: string,
  cause: unknown,
): LiveflagError {
  return new LiveflagError(
    'LIVEFLAG_MISSING_PACKAGE',
    `${asker} needs the package ${name}, which cannot be loaded; run npm install ${install}`,
    { cause },
  )
}
