import {
  chmodSync,
  chownSync,
  mkdirSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename } from 'node:path'
import type { Pattern } from '../pattern'
import { needs, run } from '../shell'
import type { Trial } from '../trial'

/** Something that cannot be read takes the place of the file. */
export const obstacles: readonly Pattern[] = [
  obstacle(
    'replaced by a directory',
    'not-a-file',
    (t) => mkdirSync(t.path),
    (t) => rmdirSync(t.path),
  ),
  obstacle(
    'replaced by a named pipe',
    'not-a-file',
    (t) => run('mkfifo', [t.path]),
    (t) => unlinkSync(t.path),
  ),
  obstacle(
    'replaced by a symlink loop',
    'unreadable',
    (t) => symlinkSync(basename(t.path), t.path),
    (t) => unlinkSync(t.path),
  ),
  obstacle(
    'replaced by a dangling link',
    'missing',
    (t) => symlinkSync('nowhere', t.path),
    (t) => unlinkSync(t.path),
  ),
  {
    id: 'W23',
    title: 'permission loss and recovery',
    notHere: () =>
      isSuperuser() && process.seteuid === undefined
        ? 'permission bits do not bind the superuser'
        : undefined,
    alone: true,
    run: (t) =>
      asNobody(t, async () => {
        await t.open({ alpha: 1, beta: 2 })
        for (const alpha of [2, 3, 4]) {
          await t.refused(() => chmodSync(t.path, 0o000), { code: 'unreadable', reads: 'no' })
          await t.change({ alpha, beta: 2 }, (text) => {
            chmodSync(t.path, 0o600)
            writeFileSync(t.path, text)
          })
        }
        await t.finish()
        await t.close()
      }),
  },
]

function obstacle(
  title: string,
  code: string,
  put: (t: Trial) => unknown,
  remove: (t: Trial) => void,
): Pattern {
  return {
    id: 'W24',
    title,
    notHere: needs('mkfifo'),
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 })
      for (const alpha of [2, 3, 4]) {
        const place = async (): Promise<void> => {
          unlinkSync(t.path)
          await put(t)
        }
        await t.refused(place, {
          code,
          reads: 'no',
          withinMs: t.limitMs + (code === 'missing' ? 1500 : 0),
        })
        await t.change({ alpha, beta: 2 }, (text) => {
          remove(t)
          writeFileSync(t.path, text)
        })
      }
    },
  }
}

const NOBODY = 65534
const isSuperuser = (): boolean => process.getuid?.() === 0

/** Permission bits do not bind the superuser, so the process changes its user for a while. */
async function asNobody(t: Trial, run: () => Promise<void>): Promise<void> {
  if (!isSuperuser() || process.seteuid === undefined) return run()
  chownSync(t.dir, NOBODY, NOBODY)
  process.seteuid(NOBODY)
  try {
    await run()
  } finally {
    process.seteuid(0)
  }
}
