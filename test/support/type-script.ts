import { resolve } from 'node:path'

/** Arguments with which a Node that a test starts runs TypeScript, as in scripts/run-node.mjs. */
export const typeScript: readonly string[] = [
  '-r',
  resolve(__dirname, '../../scripts/register-typescript.js'),
]
