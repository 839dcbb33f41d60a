import { LiveflagError } from '../../core/errors'
import { problemText } from '../../core/problem'
import { liveConfigSchema } from '../../live-config/schema'
import { readTexts } from '../live-config-file'
import type { Host } from './tool'

/** A longer text is asked about by tools. */
const MOST_CHARACTERS = 500_000

const MIME = { yaml: 'application/yaml', json: 'application/json', ini: 'text/plain' }

/** A document that an agent may read whole. */
export interface Resource {
  addTo(host: Pick<Host, 'server' | 'place' | 'queue'>): void
}

const liveConfig: Resource = {
  addTo({ server, place: { live, terminal }, queue }) {
    const description = 'The live config as it is written; of a directory, each of its texts.'
    server.registerResource('live-config', 'liveflag://live-config', { description }, (uri) =>
      queue.add(async () => {
        const { texts, problems } = await readTexts(live.path, live.reading, terminal.stdin)
        const [unread] = problems
        if (unread) throw new LiveflagError('LIVEFLAG_NO_CONFIG', problemText(unread))
        if (texts.reduce((sum, { text }) => sum + text.length, 0) > MOST_CHARACTERS)
          throw new LiveflagError(
            'LIVEFLAG_BAD_OPTION',
            `${live.path} has more than ${MOST_CHARACTERS} characters; ask the tools list and explain`,
          )
        const one = texts.length === 1
        return {
          contents: texts.map(({ name, text, format }) => ({
            uri: one ? uri.href : `${uri.href}/${encodeURIComponent(name)}`,
            mimeType: MIME[format],
            text,
          })),
        }
      }),
    )
  },
}

const schema: Resource = {
  addTo({ server }) {
    const description = 'The JSON schema of a live config: every key that an entry may have.'
    const mimeType = 'application/schema+json'
    const uri = 'liveflag://schema'
    server.registerResource('schema', uri, { description, mimeType }, ({ href }) => ({
      contents: [{ uri: href, mimeType, text: JSON.stringify(liveConfigSchema()) }],
    }))
  },
}

/** Every resource of `liveflag mcp`. */
export const resources: readonly Resource[] = [liveConfig, schema]
