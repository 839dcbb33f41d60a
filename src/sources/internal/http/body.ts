import type { IncomingMessage } from 'node:http'
import { pipeline, type Duplex } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { Trouble } from './trouble'

export const ENCODINGS = 'gzip, deflate, br'

const DECODERS: Readonly<Record<string, () => Duplex>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

/** Reads a body whole and decompresses it. Stops at the limit, whatever length was announced. */
export async function readBody(answer: IncomingMessage, limitBytes: number): Promise<Buffer> {
  if (Number(answer.headers['content-length'] ?? 0) > limitBytes) throw tooLarge(answer, limitBytes)
  const chunks: Buffer[] = []
  let total = 0
  for await (const chunk of decoded(answer)) {
    total += chunk.length
    if (total > limitBytes) throw tooLarge(answer, limitBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, total)
}

function decoded(answer: IncomingMessage): AsyncIterable<Buffer> {
  const encoding = answer.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity' || encoding === '') return answer
  const decoder = DECODERS[encoding]?.()
  if (decoder === undefined) {
    answer.destroy()
    throw new Trouble(`its body is compressed with ${JSON.stringify(encoding)}, which was not asked for`, `send one of ${ENCODINGS}`)
  }
  // An error of either ends the other, and the loop above.
  return pipeline(answer, decoder, () => undefined)
}

function tooLarge(answer: IncomingMessage, limitBytes: number): Trouble {
  answer.destroy()
  return new Trouble(`it has more than ${limitBytes} bytes, the hard limit`, 'shorten it, or raise hardLimitBytes', 'too-large')
}
