import { first } from './first'
import { FULL, QUICK } from './measure'
import type * as Reloading from './reload'
import { garbage, load, speed } from './tasks'

/** One task for one contender, in a process of its own: `child.ts TASK CONTENDER full|quick`. */
async function main([task, name = '', effortName]: readonly string[]): Promise<unknown> {
  const effort = effortName === 'quick' ? QUICK : FULL
  if (task === 'speed') return speed(name, effort)
  if (task === 'garbage') return garbage(name, effort)
  if (task === 'load') return load(name, effort)
  if (task === 'first') return first(name, effort)
  // Loads liveflag, which is nothing to the other contenders.
  if (task === 'reload') return (require('./reload') as typeof Reloading).reload(effort)
  throw new Error(`no task is called ${task}`)
}

main(process.argv.slice(2)).then(
  (result) => {
    if (process.send === undefined) console.log(JSON.stringify(result, undefined, 2))
    else process.send(result, () => process.exit(0))
  },
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
