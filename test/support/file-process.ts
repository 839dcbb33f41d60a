// A program that watches the file it is given and does nothing else; a test starts it. `keep`:
// watching keeps it alive.
import { parentPort } from 'node:worker_threads'
import { file } from '../../src/sources/file'
import { RecordingSink } from './recording-sink'

const [path = '', keep] = process.argv.slice(2)

/** Says the last text it was told whenever that changes. */
class TellingSink extends RecordingSink {
  override judge = (): 'installed' => {
    const text = this.texts.at(-1) ?? ''
    if (parentPort === null) process.stdout.write(`${text}\n`)
    else parentPort.postMessage(text)
    return 'installed'
  }
}

void file(path, { keepAlive: keep === 'keep' }).open(new TellingSink())
