import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { namesTag } from './etag'
import type { Answer, ServerRequest } from './route'

const compress = promisify(gzip)

/** Whether `gzip`, or `*`, is named without a weight of 0. */
export function takesGzip(accepted: string | undefined = ''): boolean {
  const weights = new Map(
    accepted.split(',').map((one) => {
      const [coding = '', ...parameters] = one.split(';').map((part) => part.trim().toLowerCase())
      const weight = parameters.find((parameter) => parameter.startsWith('q='))
      return [coding, weight === undefined ? 1 : Number(weight.slice(2))] as const
    }),
  )
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0
}

/** Shorter ones are not worth it. */
const SHORTEST = 1024

/** A JSON text with its tag, compressed once. */
export class TaggedText {
  private zipped: Promise<Uint8Array> | undefined

  constructor(
    private readonly text: string,
    readonly etag: string,
  ) {}

  async answer({ headers }: Pick<ServerRequest, 'headers'>): Promise<Answer> {
    const own = { etag: this.etag, 'cache-control': 'private, no-cache', vary: 'Accept-Encoding' }
    if (namesTag(headers['if-none-match'], this.etag)) return { status: 304, headers: own }
    const type = { 'content-type': 'application/json; charset=utf-8' }
    const { text } = this
    if (text.length < SHORTEST || !takesGzip(headers['accept-encoding']))
      return { status: 200, headers: { ...own, ...type }, text }
    this.zipped ??= compress(text, { level: 4 })
    const zipped = await this.zipped
    return { status: 200, headers: { ...own, ...type, 'content-encoding': 'gzip' }, text: zipped }
  }
}
