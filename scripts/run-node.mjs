// Runs Node on something else and becomes it: same terminal, same signals, same way out.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { root } from './ensure-installed.mjs'

/** Arguments of Node with which it runs TypeScript. */
export const typeScript = ['-r', join(root, 'scripts', 'register-typescript.js')]

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
