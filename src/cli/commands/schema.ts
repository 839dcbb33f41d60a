import { liveConfigSchema } from '../../live-config/schema'
import { testFileSchema } from '../config-tests/schema'
import { Output } from '../output'
import { type ExitCode, OK, type Terminal } from '../terminal'

export interface SchemaFlags {
  /** The schema of test files instead. */
  readonly tests?: boolean
}

/** `liveflag schema`: the JSON schema, for editors. */
export function schema({ tests }: SchemaFlags, terminal: Terminal): ExitCode {
  new Output(terminal).document(tests ? testFileSchema() : liveConfigSchema())
  return OK
}
