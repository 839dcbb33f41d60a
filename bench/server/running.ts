import { type ChildProcess, fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { join } from 'node:path'
import type { Bare, Memory, Order } from './child'

/** A server in a process of its own. */
export interface Running {
  readonly url: string
  readonly edit: () => void
  /** After a garbage collection. */
  readonly memory: () => Promise<Memory>
  readonly stop: () => void
}

/** Starts a server on the last processor; whoever asks it has the first. With routes: a bare one. */
export async function start(routes?: readonly Bare[], db?: string): Promise<Running> {
  const args = [routes ? 'bare' : 'liveflag', ...(db === undefined ? [] : [db])]
  const child = fork(join(__dirname, 'child.ts'), args, {
    execArgv: [...process.execArgv, '--expose-gc'],
  })
  pin(child.pid, cpus().length - 1)
  const order = (one: Order): void => void child.send(one)
  if (routes) order({ kind: 'bare', routes })
  const [{ url }] = (await once(child, 'message')) as [{ readonly url: string }]
  return {
    url,
    edit: () => order({ kind: 'edit' }),
    memory: () => memoryOf(child),
    stop: () => void child.kill(),
  }
}

async function memoryOf(child: ChildProcess): Promise<Memory> {
  child.send({ kind: 'memory' } satisfies Order)
  const [memory] = (await once(child, 'message')) as [Memory]
  return memory
}

/** Where there is no taskset, the system decides. */
export const pin = (pid: number | undefined, cpu: number): void =>
  void spawnSync('taskset', ['-a', '-cp', String(cpu), String(pid)], { stdio: 'ignore' })
