/** A shop on the live config of this folder, and a visitor with a cookie. */
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { type Features, openFeatures } from 'liveflag'
import { createApp } from '../src/app'

/** The folder of the shop: where the tests are started. */
const root = process.cwd()

export interface Page {
  readonly status: number
  readonly html: string
  /** What a reader sees. */
  readonly text: string
  readonly location: string | undefined
}

/** One visitor, who keeps the session that the shop gives. */
export class Visitor {
  private session: string | undefined

  constructor(
    private readonly app: FastifyInstance,
    private readonly member?: string,
  ) {}

  get(url: string): Promise<Page> {
    return this.send('GET', url)
  }

  /** Sends a form and follows where it leads. */
  async post(url: string, fields: Readonly<Record<string, string>> = {}): Promise<Page> {
    const page = await this.send('POST', url, new URLSearchParams(fields).toString())
    return page.location === undefined ? page : this.get(page.location)
  }

  private async send(method: 'GET' | 'POST', url: string, payload?: string): Promise<Page> {
    const cookies = [
      this.session === undefined ? '' : `session=${this.session}`,
      this.member === undefined ? '' : `member=${this.member}`,
    ]
    const response = await this.app.inject({
      method,
      url,
      headers: {
        cookie: cookies.filter((cookie) => cookie !== '').join('; '),
        ...(payload !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(payload !== undefined && { payload }),
    })
    const cookie = String(response.headers['set-cookie'] ?? '')
    this.session = /session=([\w-]+)/.exec(cookie)?.[1] ?? this.session
    const location = response.headers.location
    return {
      status: response.statusCode,
      html: response.body,
      text: textOf(response.body),
      location: typeof location === 'string' ? location : undefined,
    }
  }
}

const textOf = (html: string): string =>
  html
    .replace(/<head>[^]*?<\/head>/, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

export interface Opened {
  readonly features: Features
  visitor(member?: string): Visitor
  close(): Promise<void>
}

/** Opens the shop for the tests of a file. */
export async function openShop(): Promise<Opened> {
  const features = await openFeatures({ source: join(root, 'live.yaml') })
  const app = createApp(features, join(root, 'views'))
  const close = async (): Promise<void> => {
    await app.close()
    await features.close()
  }
  return { features, visitor: (member) => new Visitor(app, member), close }
}
