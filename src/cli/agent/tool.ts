import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js' with {
  'resolution-mode': 'import',
}
import type * as Zod from 'zod'
import type { SerialQueue } from '../../runtime/serial-queue'
import { clipped } from '../output'
import type { Terminal } from '../terminal'
import type { LiveFile } from './live-file'

/** What tools work on. */
export interface Place {
  readonly live: LiveFile
  /** Code is read below this directory, and nowhere else. */
  readonly root: string
  readonly terminal: Terminal
}

/** What a tool returns: for a model to read, and the same for programs. */
export interface Answer {
  readonly text: string
  readonly data?: Readonly<Record<string, unknown>>
}

export type Z = typeof Zod.z

/** Where tools are added: zod describes and checks what they are given. */
export interface Host {
  readonly server: McpServer
  readonly z: Z
  readonly place: Place
  /** One call after another, so that a flood of calls holds no memory but its texts. */
  readonly queue: SerialQueue
}

/** One tool of `liveflag mcp`. It reads, and never writes. */
export interface Tool {
  readonly name: string
  addTo(host: Host): void
}

interface Described<Shape extends Zod.ZodRawShape> {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly input: (z: Z) => Shape
  readonly run: (
    input: Zod.output<Zod.ZodObject<Shape>>,
    place: Place,
    signal: AbortSignal,
  ) => Promise<Answer>
}

/** A longer answer fills the memory of the model that asked. */
const MOST_CHARACTERS = 40_000

/** Makes a tool of its description. What it throws becomes an answer that says what is wrong. */
export function tool<Shape extends Zod.ZodRawShape>(described: Described<Shape>): Tool {
  const { name, title, description, input, run } = described
  return {
    name,
    addTo({ server, z, place, queue }) {
      const inputSchema = z.strictObject(input(z))
      const annotations = { readOnlyHint: true, idempotentHint: true, openWorldHint: false }
      const config = { title, description, inputSchema, annotations }
      server.registerTool<never, Zod.ZodObject>(name, config, async (given, { signal }) => {
        // The server checks it as well; here it gets its type.
        const { text, data } = await queue.add(() => run(inputSchema.parse(given), place, signal))
        return {
          content: [{ type: 'text', text: shortened(text) }],
          ...(data && JSON.stringify(data).length <= MOST_DATA && { structuredContent: data }),
        }
      })
    },
  }
}

const MOST_DATA = 200_000

const shortened = (text: string): string =>
  text.length <= MOST_CHARACTERS
    ? text
    : `${clipped(text, MOST_CHARACTERS)}\n(cut at ${MOST_CHARACTERS} characters; ask for less)`
