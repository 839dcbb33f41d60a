import type { Schema } from './selector'

/** True or false. */
export const FLAG: Schema = { type: 'boolean' }
