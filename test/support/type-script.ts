/**
 * For a Node that a test starts: TypeScript transpiled on loading, as scripts/run-node.mjs does it.
 */
export const typeScript = {
  arguments: ['-r', 'ts-node/register/transpile-only'],
  environment: {
    TS_NODE_PROJECT: 'tsconfig.json',
    TS_NODE_COMPILER_OPTIONS: JSON.stringify({
      module: 'commonjs',
      moduleResolution: 'node10',
      ignoreDeprecations: '5.0',
    }),
  },
}
