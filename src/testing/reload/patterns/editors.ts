import {
  closeSync,
  copyFileSync,
  fsyncSync,
  openSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Pattern } from '../pattern'
import { needs, run } from '../shell'
import type { Trial } from '../trial'
import { pause } from '../wait'

/** One event for each save, and no alarm, however the editor writes. */
export const editors: readonly Pattern[] = [
  editor('vim without a backup', (t, text) => vim(t, text, 'set nobackup nowritebackup'), 'vim'),
  editor(
    'vim with a backup, renaming',
    (t, text) => vim(t, text, 'set backup backupcopy=no'),
    'vim',
  ),
  editor(
    'vim with a backup, copying',
    (t, text) => vim(t, text, 'set backup backupcopy=yes'),
    'vim',
  ),
  editor('truncate, then write', async (t, text) => {
    const file = openSync(t.path, 'w')
    await pause(10)
    writeSync(file, text)
    closeSync(file)
  }),
  editor('temporary file, flushed, renamed', (t, text) => {
    const file = openSync(`${t.path}.new`, 'w')
    writeSync(file, text)
    fsyncSync(file)
    closeSync(file)
    renameSync(`${t.path}.new`, t.path)
  }),
  editor('the old one renamed to a backup, a new one written', async (t, text) => {
    renameSync(t.path, `${t.path}~`)
    await pause(5)
    writeFileSync(t.path, text)
  }),
  editor('the old one copied to a backup, rewritten', (t, text) => {
    copyFileSync(t.path, `${t.path}~`)
    writeFileSync(t.path, text)
  }),
  {
    id: 'W28',
    title: 'sed -i',
    notHere: needs('sed'),
    run: async (t) => {
      await t.open({ alpha: 1, beta: 64 })
      for (const bit of [0, 1, 2]) {
        await t.change({ alpha: 2 << bit, beta: 64 }, async () => {
          await run('sed', ['-i', `s/"b${bit}"/"b${bit + 1}"/`, t.path])
        })
      }
    },
  },
  {
    id: 'W28',
    title: 'lock links and swap files beside it',
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 })
      const lock = join(dirname(t.path), `.#${basename(t.path)}`)
      const swap = join(dirname(t.path), `.${basename(t.path)}.swp`)
      for (const alpha of [2, 3, 4]) {
        await t.unchanged(() => symlinkSync('someone@host.1234:1', lock))
        await t.unchanged(() => writeFileSync(swap, 'unsaved'))
        await t.change({ alpha, beta: 2 }, (text) => writeFileSync(t.path, text))
        await t.unchanged(() => unlinkSync(lock))
        await t.unchanged(() => unlinkSync(swap))
      }
    },
  },
]

function editor(
  title: string,
  save: (t: Trial, text: string) => void | Promise<void>,
  tool = 'sh',
): Pattern {
  return {
    id: 'W28',
    title,
    notHere: needs(tool),
    run: async (t) => {
      await t.open({ alpha: 1, beta: 2 })
      for (const alpha of [2, 3, 4]) await t.change({ alpha, beta: 2 }, (text) => save(t, text))
    },
  }
}

async function vim(t: Trial, text: string, settings: string): Promise<void> {
  const typed = join(t.dir, 'typed')
  writeFileSync(typed, text)
  // By default vim makes no backup of what is in a directory for temporary files.
  const commands = ['set backupskip=', settings, `%!cat ${typed}`, 'wq!'].flatMap((command) => [
    '-c',
    command,
  ])
  await run('vim', ['-N', '-u', 'NONE', '-i', 'NONE', '-es', ...commands, t.path])
}
