import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FileCheck } from '../../../src/sources/watch/file-check'
import { fileOptions } from '../../../src/sources/watch/options'
import { FileReport } from '../../../src/sources/watch/report'
import { RecordingSink } from '../../support/recording-sink'
import { tempDir } from '../../support/temp-dir'

test('a file that changes in every settle time is offered as unsettled, each time the whole wait is over, and as settled once it is left alone', async () => {
  const path = join(tempDir(), 'flags.yaml')
  // So long that what was just written is never taken for settled; nothing waits for it here.
  const { format, ...options } = fileOptions(path, { settleMs: 1e9, maxWaitMs: 1e9 })
  const sink = new RecordingSink()
  let text = 'a: 1'
  let isWriting = true
  const check = new FileCheck(
    {
      path,
      name: path,
      options,
      // The writer of a busy file: another content, and another size, whenever a check waits.
      sleep: async () => {
        if (isWriting) writeFileSync(path, (text += '1'))
      },
    },
    new FileReport(path, format, sink),
    undefined,
  )
  const offers: { text: string; settled: boolean }[] = []
  sink.judge = ({ text, settled }) => {
    offers.push({ text, settled })
    return 'installed'
  }
  const once = async (): Promise<void> =>
    void (await (
      await check.find({ reread: false, awaited: false })
    )())

  writeFileSync(path, text)
  await once()
  writeFileSync(path, (text += '1'))
  await once()
  isWriting = false
  writeFileSync(path, (text += '1'))
  await once()

  expect(offers).toEqual([
    { text: 'a: 11', settled: false },
    { text: 'a: 1111', settled: false },
    { text: 'a: 11111', settled: true },
  ])
})
