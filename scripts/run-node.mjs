// Runs Node on something else and becomes it: same terminal, same signals, same way out.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { root } from './ensure-installed.mjs'

/**
 * For `node -r`: TypeScript transpiled on loading, its types unchecked; `liveflag` is found by the
 * package's own name.
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

export function runNode(args, environment = {}) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  })
  // A terminal sends Ctrl-C to both processes; a second one would look like an impatient user.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}
